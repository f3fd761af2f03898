"""The command line: thin commands, one module a group."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

_INTERRUPTED = 130
_NAME_WITH_SPACES = "A file name with spaces goes into quotation marks."
_GROUP_OPTIONS = ("-h", "--help", "--version", "--install-completion", "--show-completion")


def main(arguments: list[str] | None = None) -> None:
    """Run `publish` and leave with its exit code. Errors are one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words or bool(os.environ.get("PUBLISH_DEBUG"))
    words = [word for word in words if word != "--debug"]
    _prepare_streams()
    if words[:1] == ["due"]:
        from publisher.cli.idle import is_idle  # noqa: PLC0415 -- only for cron's command

        if is_idle(words):
            sys.exit(0)
    gc.set_threshold(200_000, 50, 50)  # a run of a second has little to collect; looking for it costs a tenth of it
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # the search for them reads every installed package
    from publisher.cli.app import COMMANDS, application  # noqa: PLC0415 -- after the settings above

    try:
        if words and words[0] not in COMMANDS and words[0] not in _GROUP_OPTIONS:
            _refuse_mistyped(words[0], sorted(COMMANDS))
            words.insert(0, "send")
        app = application(words[0] if words else None)
        code = app(words, prog_name="publish", standalone_mode=False)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 -- the last door: nobody gets to see a traceback unasked
        code = _explain(error, debug=debug)
    if code == _INTERRUPTED:
        _say("Stopped.")
    gc.freeze()  # the process ends: taking its objects apart one by one would cost a fifth of a short run
    sys.exit(code if isinstance(code, int) else 0)


def _prepare_streams() -> None:
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal shows "?" for what it cannot, and goes on


def _refuse_mistyped(word: str, commands: list[str]) -> None:
    """A word that is no file, and looks like a command."""
    from publisher.errors import PublishError  # noqa: PLC0415 -- as above

    if word.startswith("-") or "." in word or os.sep in word or Path(word).exists():
        return
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

    close = get_close_matches(word, commands, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else "`publish --help` shows the commands"
    raise PublishError("there is no such file, nor such a command", where=word, hint=hint)


def _explain(error: Exception, *, debug: bool) -> int:
    from publisher.config.secrets import mask  # noqa: PLC0415 -- only on the way out
    from publisher.errors import PublishError  # noqa: PLC0415

    if debug:
        import traceback  # noqa: PLC0415

        _say(mask("".join(traceback.format_exception(error))).rstrip())
    if isinstance(error, PublishError):
        _say(f"publish: {mask(str(error))}")
        return error.exit_code
    if type(error).__name__ == "Abort":
        return _INTERRUPTED
    if hasattr(error, "format_message"):  # typer's own usage errors
        if message := error.format_message().strip():
            hint = _NAME_WITH_SPACES if "extra argument" in message else "`publish --help` shows what there is."
            _say(f"publish: {message} {hint}")
        return 2
    line = mask(" ".join(f"{type(error).__name__}: {error}".split()))
    _say(f"publish: something went wrong that should not have ({line}). `--debug` shows where; please report it.")
    return 1


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
