"""The rules of the house that no import contract can state."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "publisher"
CHANNELS = PACKAGE / "channels"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400

# The modules that an entry point calls a channel; the others in channels/ are what every channel may lean on.
ENTRY_POINTS = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]["entry-points"]
OWNERS = {target.partition(":")[0].split(".")[2] for target in ENTRY_POINTS["publisher.channels"].values()}

# Where code may know a network: its own channel, and the file that writes its markup. Prose may cite one anywhere.
NETWORKS = {
    word: {f"channels/{channel}.py", f"channels/{channel}_*/*", f"channels/{channel}_*.py", f"text/{markup}.py"}
    for word, channel, markup in (
        ("twitter", "x", "twitter_text"),
        ("tweepy", "x", "twitter_text"),
        ("bluesky", "bluesky", "facets"),
        ("bsky", "bluesky", "facets"),
        ("atproto", "bluesky", "facets"),
        ("telegram", "telegram", "telegram_html"),
        ("mastodon", "mastodon", "mastodon_text"),
        ("slack", "slack", "slack_mrkdwn"),
        ("discord", "discord", "discord_markdown"),
        ("wordpress", "wordpress", ""),
        ("linkedin", "linkedin", "little_text"),
    )
}

SLOW = {"tweepy", "atproto", "atproto_client", "telegram", "requests", "httpx", "httpx2", "jinja2", "PIL", "sqlalchemy"}

# The ledger's modules are themselves imported late (test_startup.py), and are about nothing else.
MAY_IMPORT = {"delivery": {"sqlalchemy"}}


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Every absolute name that the nodes import, with its line."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def at_import_time(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported, those under `if TYPE_CHECKING:` left out."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from at_import_time(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            yield from at_import_time(inner)


def words_of_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The names and texts of a module with their lines: everything but comments and texts that stand as statements."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield line, node.value
        for field in ("id", "attr", "name", "arg", "module"):
            if isinstance(word := getattr(node, field, None), str):
                yield line, word


def owner_of(part: str) -> str | None:
    """The channel that a name in channels/ belongs to: x for x.py and x/, and for such as x_pages/ and x_pages.py."""
    part = part.removesuffix(".py")
    if part not in OWNERS:
        part = part.partition("_")[0]
    return part if part in OWNERS else None


@pytest.mark.parametrize("path", sorted(CHANNELS.rglob("*.py")), ids=name)
def test_nothing_in_channels_imports_another_channel(path):
    own = owner_of(path.relative_to(CHANNELS).parts[0])
    strangers = [
        f"line {line}: {module}"
        for line, module in imports(ast.walk(ast.parse(path.read_text())))
        if module.startswith("publisher.channels.") and owner_of(module.split(".")[2]) not in {None, own}
    ]

    assert not strangers


@pytest.mark.parametrize("network", NETWORKS)
def test_only_its_own_files_know_a_network(network):
    strangers = [path for path in MODULES if not any(path.relative_to(PACKAGE).match(own) for own in NETWORKS[network])]
    known = [
        f"{name(path)}:{line}: {word}"
        for path in strangers
        for line, word in words_of_code(ast.parse(path.read_text()))
        if network in word.lower()
    ]

    assert not known


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_short_enough_to_read_at_one_sitting(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_slow_is_imported_at_the_top_of_a_module(path):
    top = list(at_import_time(ast.parse(path.read_text()).body))
    slow = SLOW - MAY_IMPORT.get(path.parent.name, set())
    found = [f"line {line}: {module}" for line, module in imports(top) if module.partition(".")[0] in slow]

    assert not found
