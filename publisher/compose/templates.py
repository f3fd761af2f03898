"""A press office's own text for a channel, as a Jinja2 template. docs/templates.md tells how to write one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from publisher.compose.draft import Draft
from publisher.compose.templating.expressions import UNPRINTABLE, unprintable
from publisher.compose.templating.rules import PARTING, Work
from publisher.compose.templating.run import DO, Run
from publisher.compose.templating.sandbox import Sandbox
from publisher.compose.templating.values import RELEASE, Thing
from publisher.config.located import nearest
from publisher.errors import PublishError
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, join

if TYPE_CHECKING:
    import jinja2

MOST_SOURCE = 20_000
"""Characters of a template."""
_TAGS = ["if", "elif", "else", "endif", "for", "endfor", "set"]
_OPEN_END = later(r"(?<![-+])[%#]\}$(?<!raw %\})(?<!raw%\})")
_UNKNOWN_TAG = later(r"Encountered unknown tag '(\w+)'")
_INNERMOST = later(r"The innermost block that needs to be closed is '(\w+)'")
_LOOK = "Look for a sign, bracket or quotation mark that is missing before it"
_MISTAKES = (
    (later("[“”„‘’«»]"), "there are curly quotation marks here", "In {{ … }} and {% … %} use straight ones: 'this'"),
    (later("end of comment tag"), "{{# is never closed", "Write #} where it ends"),
    (later("end of raw directive"), "{{% raw %}} is never closed", "Write {% endraw %} where it ends"),
    (later("unexpected end of template"), "the template ends too early", "Write }} or %} where the last {{ or {% ends"),
    (later("unexpected char (?:\"'\"|'\"')"), "a quotation mark is never closed here", "Write it twice, as in 'this'"),
    (
        later("got 'end of|expected an expr|expected name"),
        "something is missing here",
        "Look at what is written there",
    ),
    (later("expected token '[^']*', got '([^']*)'"), "`{}` is not expected here", _LOOK),
    (later("unexpected (?:char )?'([^']*)'"), "`{}` is not expected here", _LOOK),
)


@dataclass(frozen=True, eq=False, repr=False)
class Template:
    """A checked template; `name` is its path as people know it."""

    name: str
    compiled: jinja2.Template


def load_template(source: str, name: str) -> Template:
    """Read and check a template.

    Args:
        source: Its text.
        name: Its path, as it is to be shown.

    Raises:
        PublishError: It has a mistake, names something that there is not, or does what it may not: with the line.
    """
    if len(source) > MOST_SOURCE:
        raise PublishError(
            f"the template has {len(source):,} characters, and {MOST_SOURCE:,} are the most",
            where=name,
            hint="Shorten it",
        )
    if found := UNPRINTABLE.search(source.replace("\r", "")):
        line = source.count("\n", 0, source.index(found[0])) + 1
        raise PublishError(unprintable(found[0]), where=f"{name}:{line}", hint="Delete it")
    environment = _environment()
    tree = _parsed(environment, _with_ends(source.removeprefix("\ufeff")), name)
    safe = Sandbox(name).template(tree)
    safe.set_environment(environment)
    return Template(name, environment.from_string(safe))


def posts(template: Template, draft: Draft) -> list[RichText]:
    """What the template writes: its posts, parted by a line of `---` alone; those that are empty are left out.

    Blank lines that follow one another become one, so that an `{% if %}` with nothing to say leaves no gap. It is plain
    text but for the mentions that `quote(…)` makes. What of a quote had no room is named in the draft's warnings.

    Raises:
        PublishError: It asks for what this release has not, does too much work or writes too much: with the line.
    """
    work = Work(draft)
    known = {
        DO: Run(template.name, work).do,
        "release": Thing(RELEASE, draft.release),
        "link": draft.address or "",
        "hashtags": list(draft.hashtags),
    }
    for _ in template.compiled.root_render_func(template.compiled.new_context(known)):
        pass  # everything is written by way of `Run.do`
    return list(filter(None, _parted(join(work.written))))


def _parted(text: RichText) -> Iterator[RichText]:
    """The posts in what was written, each without white space around it and with one blank line for several."""
    posts: list[list[RichText]] = [[]]
    for line in _lines(text):
        if line.plain.strip() == PARTING:
            posts.append([])
        elif line or (posts[-1] and posts[-1][-1]):
            posts[-1].append(line)
    for lines in posts:
        spans = [span for line in lines for span in (*line.spans, Span("\n"))]
        alike = groupby(spans, key=lambda span: replace(span, text=""))
        yield RichText(tuple(replace(marks, text="".join(span.text for span in run)) for marks, run in alike)).strip()


def _lines(text: RichText) -> Iterator[RichText]:
    line: list[Span] = []
    for span in (*text.spans, Span("\n")):
        first, *others = span.text.split("\n")
        line.append(replace(span, text=first))
        for other in others:
            whole = RichText(tuple(line))
            yield whole[: len(whole.plain.rstrip())]
            line = [replace(span, text=other)]


def _with_ends(source: str) -> str:
    """The template with a sign (`+`) at each tag that ends a line of text, so that the end of that line stays.

    Jinja2's `trim_blocks` takes away the end of any line with a tag at its end. It should do so where there is nothing
    but tags on the line, which is then no line of the post.
    """
    lines: list[str] = []
    for line in source.replace("\r\n", "\n").split("\n"):
        tags = _tags_alone(line)
        bare = line.rstrip(" \t")
        if tags is None and _OPEN_END.search(bare):
            lines.append(f"{bare[:-2]}+{bare[-2:]}")
        else:
            lines.append(line if tags is None else tags)
    return "\n".join(lines)


def _tags_alone(line: str) -> str | None:
    """The tags on a line that has nothing else, one behind the other; None where it has text of its own."""
    tags: list[str] = []
    rest = line.strip(" \t")
    while rest.startswith(("{%", "{#")):
        end = rest.find(f"{rest[1]}}}", 2)
        if end < 0:  # it goes on in the next line
            return line
        tags.append(rest[: end + 2])
        rest = rest[end + 2 :].lstrip(" \t")
    return None if rest else "".join(tags)


@cache
def _environment() -> jinja2.Environment:
    from jinja2 import StrictUndefined  # noqa: PLC0415 -- only where a channel has a template
    from jinja2.runtime import LoopContext  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    class Closed(ImmutableSandboxedEnvironment):
        """Nothing is safe but what the checked tree has left: fields of `loop`, and the one function that is ours."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)

        def is_safe_callable(self, obj: Any) -> bool:
            return isinstance(getattr(obj, "__self__", None), Run)

    environment = Closed(
        autoescape=False, undefined=StrictUndefined, optimized=False, trim_blocks=True, lstrip_blocks=True
    )
    for known in (environment.globals, environment.filters, environment.tests):
        known.clear()
    return environment


def _parsed(environment: jinja2.Environment, source: str, name: str) -> jinja2.nodes.Template:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 -- only where a channel has a template
    from jinja2.parser import Parser  # noqa: PLC0415

    line = 1
    try:
        parser = Parser(environment, source, name)
        try:
            return parser.parse()
        finally:
            line = parser.stream.current.lineno
    except TemplateSyntaxError as error:
        message, hint = _in_words(" ".join((error.message or "").split()))
        raise PublishError(message, where=f"{name}:{error.lineno}", hint=hint) from None
    except RecursionError:
        raise PublishError("this is nested too deeply", where=f"{name}:{line}", hint="Use fewer brackets") from None
    except ValueError:  # more digits than Python reads
        raise PublishError("this number is too long", where=f"{name}:{line}", hint="Shorten it") from None


def _in_words(message: str) -> tuple[str, str]:
    """Jinja2's words on a mistake in ours, and what to do."""
    opened = _INNERMOST.search(message)
    if tag := _UNKNOWN_TAG.search(message):
        if tag[1] not in _TAGS:
            return f"there is no {{% {tag[1]} %}}", nearest(tag[1], _TAGS)
        still = f"{{% {opened[1]} %}} is still open" if opened else "Nothing is open that it could go with"
        return f"{{% {tag[1]} %}} does not belong here", still
    if opened:
        end = "{% set name = … %}" if opened[1] == "set" else f"{{% end{opened[1]} %}} where it ends"
        return f"{{% {opened[1]} %}} is never closed", f"Write {end}"
    for mistake, ours, hint in _MISTAKES:
        if found := mistake.search(message):
            return ours.format(*found.groups()), hint
    return f"this is no valid template: {message[:1].lower()}{message[1:80].rstrip('.')}", _LOOK
