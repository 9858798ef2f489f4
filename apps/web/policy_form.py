"""Who may play something, as a form: shared by items and collections."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.catalog.enums import AudienceKind
from apps.catalog.models import Collection, Item
from apps.catalog.policy import LONGEST_PREVIEW_S, MOST_STEPS, Policy, as_spec
from apps.catalog.words import at_words, policy_words
from apps.memberships.ladder import known_tiers
from apps.web.forms import Instant

INHERIT = "inherit"
_BLANK_STEPS = 2


class PolicyForm(forms.Form):
    """`spec` is what the services read, None where the thing shall inherit. Troubles of a service are told at `kind`."""

    kind = forms.ChoiceField(label="Who may play it", widget=forms.RadioSelect)
    rank = forms.TypedChoiceField(label="From which tier on", coerce=int, empty_value=None, required=False)
    tiers = forms.MultipleChoiceField(label="Which tiers", required=False, widget=forms.CheckboxSelectMultiple)
    preview_s = forms.IntegerField(
        label="Preview, in seconds",
        min_value=0,
        max_value=LONGEST_PREVIEW_S,
        required=False,
        help_text="How much of the beginning the others may play. 0: nothing.",
    )

    def __init__(self, thing: Item | Collection | None, data: QueryDict | None = None) -> None:
        policy = thing.subject.policy if thing is not None and thing.policy_id else Policy()
        super().__init__(data, prefix="policy", initial=_initial(thing, policy))
        self.thing, self.policy = thing, policy
        self.fields["kind"].choices = [(INHERIT, _inherited(thing)), *AudienceKind.choices]  # type: ignore[attr-defined]
        self.fields["rank"].choices = [("", "Choose a tier"), *_ranks(policy)]  # type: ignore[attr-defined]
        self.fields["tiers"].choices = [(str(tier.id), tier.title) for tier in known_tiers().values()]  # type: ignore[attr-defined]
        self._add_steps(data)

    def _add_steps(self, data: QueryDict | None) -> None:
        specs = as_spec(self.policy)["early_access"]
        sent = 0
        while data is not None and f"policy-step_{sent}_from" in data and sent < MOST_STEPS:
            sent += 1
        count = max(sent, min(MOST_STEPS, len(specs) + _BLANK_STEPS)) if data is None else sent
        for number in range(count):
            spec = specs[number] if number < len(specs) else None
            who = forms.ChoiceField(label="For", choices=list(_who(spec)), required=False)
            at = forms.DateTimeField(label="From", required=False, widget=Instant())
            if spec:
                who.initial, at.initial = _value(spec), self.policy.steps[number].opens_at
            self.fields[f"step_{number}_who"], self.fields[f"step_{number}_from"] = who, at
        self.step_count = count

    @property
    def steps(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the form: for whom, and from when on."""
        for number in range(self.step_count):
            yield self[f"step_{number}_who"], self[f"step_{number}_from"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == AudienceKind.RANK and said.get("rank") is None and "rank" not in self.errors:
            self.add_error("rank", "Choose a tier.")
        if said.get("kind") == AudienceKind.TIERS and not said.get("tiers") and "tiers" not in self.errors:
            self.add_error("tiers", "Choose at least one tier.")
        for number in range(self.step_count):
            who, at = said.get(f"step_{number}_who"), said.get(f"step_{number}_from")
            if who and not at and f"step_{number}_from" not in self.errors:
                self.add_error(f"step_{number}_from", "Say from when on.")
            if at and not who:
                self.add_error(f"step_{number}_who", "Say for whom.")
        return said

    @property
    def spec(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if said["kind"] == INHERIT:
            return None
        return {
            "kind": said["kind"],
            "rank": said["rank"] if said["kind"] == AudienceKind.RANK else None,
            "tiers": said["tiers"] if said["kind"] == AudienceKind.TIERS else [],
            "preview_s": said["preview_s"] or 0,
            "early_access": [
                _step(said[f"step_{number}_who"], said[f"step_{number}_from"])
                for number in range(self.step_count)
                if said[f"step_{number}_who"]
            ],
        }

    @property
    def note(self) -> str:
        """What somebody should know of the policy as it is kept: that nobody has said when all others follow."""
        thing = self.thing
        if thing is None or thing.published_at is None:
            return ""
        policy = thing.subject.policy
        if policy.base_opens and policy.base_waits_for and thing.published_at <= policy.base_waits_for:
            return (
                f"There is no instant yet from which on it is open for {policy_words(policy).lower()}: add a step for them,"
                " or publish it later than the last step."
            )
        return ""


def _initial(thing: Item | Collection | None, policy: Policy) -> dict[str, Any]:
    spec = as_spec(policy)
    own = thing is not None and thing.policy_id
    return {
        "kind": spec["kind"] if own else INHERIT,
        "rank": spec["rank"],
        "tiers": spec["tiers"],
        "preview_s": spec["preview_s"],
    }


def _inherited(thing: Item | Collection | None) -> str:
    home = getattr(thing, "home", None) or getattr(thing, "parent", None)
    if home is None:
        return "As everything on this site: everyone"
    return f"As “{home.title}” says: {policy_words(home.subject.policy).lower()}"


def _ranks(policy: Policy) -> Iterator[tuple[int, str]]:
    """Each rank that there is, with the tiers that have it."""
    ranks = {tier.rank for tier in known_tiers().values()} | ({policy.base.rank} - {0})
    for rank in sorted(ranks):
        names = ", ".join(tier.title for tier in known_tiers().values() if tier.rank == rank)
        yield rank, f"{names or f'Rank {rank}'} and above"


def _who(spec: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    yield "", "Nobody (no step)"
    if spec and _value(spec) not in {value for value, _ in _choices()}:
        tiers = [tier.title for tier in known_tiers().values() if str(tier.id) in spec["tiers"]]
        yield _value(spec), ", ".join(tiers) or f"Rank {spec['rank']} and above"
    yield from _choices()


def _choices() -> Iterator[tuple[str, str]]:
    yield "rank:0", "Everyone"
    for rank, title in _ranks(Policy()):
        yield f"rank:{rank}", title
    for tier in known_tiers().values():
        yield f"tiers:{tier.id}", f"{tier.title} alone"


def _value(spec: dict[str, Any]) -> str:
    return f"tiers:{','.join(spec['tiers'])}" if spec["tiers"] else f"rank:{spec['rank']}"


def _step(who: str, at: Any) -> dict[str, Any]:
    kind, _, what = who.partition(":")
    return {"from": at, "rank": int(what)} if kind == "rank" else {"from": at, "tiers": what.split(",")}


def steps_words(thing: Item | Collection) -> list[str]:
    """The doors of a thing as its owner reads them."""
    now = timezone.now()
    doors = sorted(thing.subject.policy.doors(thing.published_at), key=lambda door: door.opens_at)
    return [
        f"{policy_words(Policy(door.audience))}: {'open' if door.opens_at <= now else f'from {at_words(door.opens_at)}'}"
        for door in doors
    ]
