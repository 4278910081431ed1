"""A thing in Google Cloud as data: how it is looked at, made, changed and removed, and what it must be like.

    Resource --look--> what is there --compare--> Change (create, update, remove or leave) --carry out--> commands

A plan is a list of changes. It is made before anything is changed, shown like a diff, and each step is looked at
once more when its turn comes: what an earlier step has made is known by then.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from deploy.documents import Difference, Json, differences, value_at
from deploy.gcloud import Command, Gcloud
from deploy.terminal import Stop, Terminal

Action = Literal["create", "update", "remove", "leave"]
Commands = Callable[[Any], Sequence[Command]]
_SIGN = {"create": "+", "update": "~", "remove": "-"}
_LONGEST = 70  # characters of a value in a plan


def _itself(document: Any) -> Any:
    return document


def _nothing(_found: Any) -> Sequence[Command]:
    return ()


@dataclass(frozen=True)
class Resource:
    """One thing. `make`, `mend` and `remove` return commands, given what was found (nothing in a dry run)."""

    name: str
    look: Command
    make: Commands = _nothing
    mend: Commands = _nothing
    remove: Commands = _nothing
    find: Callable[[Any], Any] = _itself
    """Takes the thing out of what `look` shows, a list for instance."""
    wanted: Json | None = None
    compare: Callable[[Any], list[Difference]] | None = None
    """In place of `wanted`."""
    ours: tuple[str, str] | None = None
    """The mark of what deploy.sh made: a path, and what its value begins with."""
    text: str = ""
    """For the standard input of `make` and `mend`: a secret."""
    before: Callable[[], None] | None = None
    """Runs before a change."""
    after: Callable[[str], None] | None = None
    """Is told what each command said."""
    form: str = "json"
    is_shared: bool = False
    """Its look shows many things, so that a change of this one leaves it true of the others."""
    is_gone: bool = False
    """It is not to be there."""

    def differs(self, found: Any) -> list[Difference]:
        """List what is other than wanted."""
        return self.compare(found) if self.compare else differences(found, self.wanted or {})


def named(
    title: str, group: Command, name: str, *place: str, create: Command = (), update: Command = (), **rest: Any
) -> Resource:
    """Return a thing that a group of commands describes, creates, deletes and, given flags, updates by name."""

    def command(verb: str, flags: Command = ()) -> Command:
        return (*group, verb, name, *place, *flags)

    return Resource(
        title,
        command("describe"),
        make=lambda _: [command("create", create)],
        mend=(lambda _: [command("update", update)]) if update else _nothing,
        remove=lambda _: [command("delete")],
        **rest,
    )


@dataclass(frozen=True)
class Change:
    """What is to happen to a resource, and why."""

    action: Action
    resource: Resource
    found: Any = None
    fields: tuple[Difference, ...] = ()

    def lines(self) -> Iterator[str]:
        """Show it like a diff."""
        paths = ", ".join(field.path for field in self.fields)
        yield f"{_SIGN[self.action]} {self.resource.name}{f' ({paths})' if paths else ''}"
        for field in self.fields:
            if not isinstance(field.wanted, dict | list | None):
                yield f"    {field.path}: {_short(field.actual)} -> {_short(field.wanted)}"

    def carry_out(self, cloud: Gcloud) -> None:
        """Run its commands."""
        if self.action == "leave":
            return
        cloud.terminal.note(*self.lines())
        if self.resource.before and not cloud.terminal.is_dry_run:
            self.resource.before()
        commands = {"create": self.resource.make, "update": self.resource.mend, "remove": self.resource.remove}
        keeps = [self.resource.look] if self.resource.is_shared else []
        for command in commands[self.action](self.found):
            said = cloud.change(*command, text=self.resource.text if self.action != "remove" else "", keeps=keeps)
            if self.resource.after and said:
                self.resource.after(said)


def plan(cloud: Gcloud, resource: Resource) -> Change:
    """Look at a thing and decide what is to be done; stops where somebody else made it."""
    found = resource.find(cloud.inspect(*resource.look, form=resource.form))
    if resource.is_gone:
        return _removal(cloud.terminal, resource, found)
    if found is None:
        return Change("create" if resource.make is not _nothing else "leave", resource)
    if not _is_ours(resource, found):
        raise Stop(
            f"There is already a {resource.name}, and deploy.sh did not make it. It is left alone: choose another"
            " --prefix."
        )
    fields = tuple(resource.differs(found))
    return Change("update" if fields and resource.mend is not _nothing else "leave", resource, found, fields)


def _removal(terminal: Terminal, resource: Resource, found: Any) -> Change:
    if resource.remove is _nothing or (found is None and not terminal.is_dry_run):
        return Change("leave", resource)
    if found is not None and not _is_ours(resource, found):
        terminal.note(f"left alone: the {resource.name}, which deploy.sh did not make")
        return Change("leave", resource)
    return Change("remove", resource, found)


def _is_ours(resource: Resource, found: Any) -> bool:
    path, mark = resource.ours or ("", "")
    return not path or str(value_at(found, path) or "").startswith(mark)


def carry_out(cloud: Gcloud, resources: Iterable[Resource]) -> int:
    """Bring each thing in order about, looking at it just before; return how many changed."""
    count = 0
    for resource in resources:
        change = plan(cloud, resource)
        change.carry_out(cloud)
        count += change.action != "leave"
    return count


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", {}, []) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
