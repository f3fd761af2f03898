"""What a user installs is whole, and what it needs is pinned."""

import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command, **options):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False, **options)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_package(wheel):
    """Modules, py.typed, templates and language data alike."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "publisher").rglob("*") if path.is_file()}
    wanted = {file for file in files if "__pycache__" not in file}

    held = set(zipfile.ZipFile(wheel).namelist())

    assert "publisher/py.typed" in wanted
    assert wanted <= held
    assert {file.partition("/")[0] for file in held - wanted} == {
        f"publisher-{PROJECT['project']['version']}.dist-info"
    }


def test_the_wheel_holds_the_licence(wheel):
    assert any(file.endswith("/LICENSE") for file in zipfile.ZipFile(wheel).namelist())


def test_the_installed_command_works_outside_the_checkout(wheel, tmp_path):
    """Installed into an environment of its own; only the packages that it needs are borrowed from this one."""
    home = tmp_path / "clean"
    venv.create(home)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(home), "platbase": str(home)}))
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python"]

    installed = run(*pip, "install", "--no-deps", "--no-index", "--disable-pip-version-check", wheel)
    where = run(scripts / "python", "-c", "import publisher; print(publisher.__file__)", cwd=tmp_path)
    shown = run(scripts / "publish", "--help", cwd=tmp_path)
    parsed = run(scripts / "publish", "parse", ROOT / "releases/policy-statement.txt", "--json", cwd=tmp_path)

    assert installed.returncode == 0, installed.stderr
    assert Path(where.stdout.strip()).is_relative_to(packages), where.stderr
    assert shown.returncode == 0, shown.stderr
    assert "preview" in shown.stdout
    assert parsed.returncode == 0, parsed.stderr
    assert '"headline"' in parsed.stdout


def pins(name):
    """The pinned requirements of a constraints file, by name, and the number of hashes of each."""
    text = (ROOT / "constraints" / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry.split("--hash=") for entry in text.replace("\\\n", "").splitlines() if not entry.startswith("#")]
    found = {}
    for line, *hashes in entries:
        requirement = Requirement(line)
        found[canonicalize_name(requirement.name)] = (requirement, len(hashes))
    return found


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_pin_has_one_version_and_its_hashes_and_no_address(name):
    loose = [
        str(requirement)
        for requirement, hashes in pins(name).values()
        if hashes == 0 or requirement.url or [clause.operator for clause in requirement.specifier] != ["=="]
    ]

    assert not loose
    assert "://" not in (ROOT / "constraints" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("runtime", PROJECT["build-system"]["requires"]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_the_pins_are_those_that_pyproject_asks_for(name, wanted):
    """When this fails: `make lock`."""
    pinned = pins(name)

    missing = []
    for line in wanted:
        requirement = Requirement(line)
        pin = pinned.get(canonicalize_name(requirement.name))
        version = next(iter(pin[0].specifier)).version if pin else ""
        if not pin or not requirement.specifier.contains(version, prereleases=True):
            missing.append(line)

    assert not missing


def test_the_tests_run_on_the_versions_that_a_user_gets():
    runtime, dev = pins("runtime"), pins("dev")

    assert {name: str(pin) for name, (pin, _) in runtime.items()}.items() <= {
        name: str(pin) for name, (pin, _) in dev.items()
    }.items()
