"""The shape that all providers have: normalise, check, decide; then ask the rollout, and record what it answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ClassVar, Final, ParamSpec, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from aem_mail.errors import AemMailError, Occupied, Problem
from aem_mail.kinds.forms import plain
from aem_mail.kinds.kind import ResourceKind
from aem_mail.kinds.mail_transition import TRANSITION, Transition
from aem_mail.kinds.requests import Answer, Operation, Origin
from aem_mail.kinds.shapes import ENVIRONMENT
from aem_mail.model import EnvironmentId, Properties
from aem_mail.resources.base import plugin, program, sdk, secret_inputs
from aem_mail.resources.base.engine_values import STATE_VERSION, as_secret, from_engine, to_engine
from aem_mail.resources.base.outcomes import ChildOutcome, ended
from aem_mail.resources.base.plugin import Run, current_run
from aem_mail.resources.base.sdk import NotReady
from aem_mail.resources.base.secret_inputs import without_echoes
from aem_mail.rollout.gathering import Caller
from aem_mail.text.characters import visible
from aem_mail.text.confidential import secret_names, secret_places, texts_at, without_proposal
from aem_mail.text.words import listed

P = ParamSpec("P")
Result = TypeVar("Result")
Decision = TypeVar("Decision", CheckResult, DiffResult)


def decides(method: Callable[P, Decision]) -> Callable[P, Decision]:
    """Follow a provider's ``check`` or ``diff``: it says whether a request of the resource follows."""

    @wraps(method)
    def followed(*args: P.args, **kwargs: P.kwargs) -> Decision:
        traffic = current_run().traffic
        traffic.begin()
        follows = False
        try:
            result = method(*args, **kwargs)
            follows = _follows(result)
            return result
        finally:
            traffic.end(_caller(*args), follows=follows)

    return followed


def requests(method: Callable[P, Result]) -> Callable[P, Result]:
    """Follow a provider's ``create``, ``update`` or ``delete``: it is the request of the resource."""

    @wraps(method)
    def followed(*args: P.args, **kwargs: P.kwargs) -> Result:
        traffic = current_run().traffic
        traffic.arrive(_caller(*args))
        try:
            return method(*args, **kwargs)
        finally:
            traffic.leave()

    return followed


def _follows(result: CheckResult | DiffResult) -> bool:
    return not result.failures if isinstance(result, CheckResult) else bool(result.changes)


def _caller(*args: Any) -> Caller:
    provider: Provider = args[0]
    properties: Mapping[str, Any] = args[-1]
    kind, name = provider.kind, str(properties.get("logical_name"))
    if not kind.in_environment:
        return Caller(None, kind.name, name)
    return Caller((EnvironmentId(*(str(plain(properties.get(part))) for part in ENVIRONMENT)), kind.scope), kind.name, name)


INFORMATIONAL: Final = frozenset({"infrastructure_id", "network_infrastructure_id", "status", "type"})
"""Outputs that Cloud Manager chose, which are recorded for people and never sent back."""


class ChildFailed(AemMailError):
    """A component's child failed; the text says what of the component is live anyway."""


@dataclass(frozen=True)
class Examination:
    """What a provider alone can say of inputs, in one check; what it reads for that, it reads once. ``forbidden``: by the rules."""

    recorded: Properties
    wanted: Properties
    run: Run
    forbidden: bool = False

    def problems(self) -> Sequence[Problem]:
        """Return problems that the rules cannot see."""
        return ()

    def warnings(self) -> Sequence[Problem]:
        """Return warnings that the rules cannot see."""
        return self.transition.warnings

    @property
    def transition(self) -> Transition:
        """What a change means for the mail that is sent until the new configuration is deployed."""
        return Transition()

    def enriched(self) -> dict[str, Any]:
        """Return the wanted inputs with what makes a change visible in a preview; asked where there is no problem."""
        return dict(self.wanted)


class Provider(ResourceProvider):
    """Base of this package's providers.

    Instances hold nothing, so that the engine's record of a provider is a reference to its class; what a run shares is in
    ``run``. ``check`` and ``diff`` are pure; ``create``, ``read``, ``update`` and ``delete`` talk to the live environment.
    """

    serialize_as_secret_always = False
    kind: ClassVar[ResourceKind]
    computed: ClassVar[frozenset[str]] = frozenset()
    shared: ClassVar[bool] = False
    """Whether it is a switch that others use too, which goes only if it was created here."""
    secrets: ClassVar[frozenset[tuple[str, ...]]] = frozenset()
    """The places of inputs that are secret whatever the program says."""
    examination: ClassVar[type[Examination]] = Examination
    """What looks at the inputs in a check, beyond the rules."""
    waits_for: ClassVar[str] = "environment"
    """Whose time-out counts: ``environment`` or ``infrastructure``."""

    @property
    def run(self) -> Run:
        """The run that this process serves."""
        return plugin.current_run()

    def configure(self, req: ConfigureRequest) -> None:
        """Take over the stack's configuration; fetches nothing and never fails."""
        plugin.configure(req.config)

    @decides
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Return the inputs in normal form, with what shows a change that they alone would hide; or every problem."""
        recorded = from_engine(_olds)
        given, told = program.taken_out(from_engine(news))
        self.run.hear(told)
        wanted = self._with_secrets(recorded, self.kind.normalise(given))
        self.remember(recorded, wanted)
        found = list(self.kind.problems(wanted))
        examination = self.examination(recorded, wanted, self.run, forbidden=bool(found))
        found += examination.problems()
        if not found:
            wanted = self.completed(recorded, examination.enriched())
            found = self._claim(wanted, told.urn)
            self._note(wanted, ChildOutcome.RECORDED if recorded else ChildOutcome.DECLARED)
            for warning in (*self.kind.warnings(wanted), *examination.warnings()):
                self.run.warn(f"{self.kind.name} {wanted.get('logical_name', '')}: {warning}")
            for note in examination.transition.notes:
                self.run.say(f"{self.kind.name} {wanted.get('logical_name', '')}: {note}")
        wanted = {name: value for name, value in wanted.items() if name != TRANSITION}
        # Of a failure that names a property the engine prints that property's value too, also that of a secret.
        return CheckResult(self._secretly(wanted), [CheckFailure("", self._said(problem, wanted)) for problem in found])

    @decides
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say which declared inputs changed, and whether they force a replacement."""
        recorded, wanted = from_engine(_olds), from_engine(_news)
        self._remember_outputs(recorded)
        verdict = self.kind.decide(recorded, wanted, str(self.run.project))
        for reason in verdict.reasons:
            self.run.say(f"{self.kind.name} {wanted.get('logical_name', '')}: {reason}.")
        changes = verdict.changes or bool(self.kind.drifted(recorded, wanted))
        if not changes:
            self._note(wanted, ChildOutcome.LIVE)
            self._arrived(wanted)
        return DiffResult(
            changes=changes,
            replaces=list(verdict.replaces),
            delete_before_replace=verdict.delete_before_replace,
        )

    @requests
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Adopt or create; what was accepted but is not in force yet is recorded as not ready."""
        wanted = self._veiled(from_engine(props))
        self._must_claim(wanted)
        id_ = self.kind.identity(wanted, str(self.run.project))
        answer = self._carried_out(wanted, lambda: self.create_live(wanted))
        outs = self._outs(wanted, answer, str(answer.origin))
        self._say(answer.note)
        self._refuse_unready(id_, outs, wanted, answer)
        return CreateResult(id_, outs)

    @requests
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Bring what is live to what is wanted."""
        recorded, wanted = self._veiled(from_engine(_olds)), self._veiled(from_engine(_news))
        self._must_claim(wanted)
        answer = self._carried_out(wanted, lambda: self.update_live(recorded, wanted), otherwise=ChildOutcome.RECORDED)
        origin = answer.origin if answer.origin is Origin.CREATED else recorded.get("origin") or answer.origin
        kept = {name: value for name, value in recorded.items() if name in self.computed}
        outs = self._outs({**kept, **wanted}, answer, str(origin))
        self._say(answer.note)
        self._refuse_unready(_id, outs, wanted, answer)
        return UpdateResult(outs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; gone only where that is proven."""
        recorded = self._veiled(from_engine(props))
        live = self.read_live(recorded)
        if live is None:
            return ReadResult("", {})
        self._remember_outputs(recorded)
        outs = {**recorded, **shown_outputs(live)}
        inputs = {name: value for name, value in outs.items() if name not in self._all_computed()}
        return ReadResult(id_, to_engine(outs), to_engine(inputs))

    @requests
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Take away what this stack owns; nothing where another resource of this run declares the same thing."""
        recorded = self._veiled(from_engine(_props))
        owners = [self.run.claims.owner(key) for key in self._keys(recorded)]
        if owners and None not in owners:
            self.run.say(self._kept(recorded, _id, listed(sorted({str(owner) for owner in owners}))))
            return
        self._say(self.delete_live(recorded))

    def completed(self, recorded: Properties, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return the wanted inputs with what the state has to keep for the next run; asked where there is no problem."""
        return wanted

    def remember(self, recorded: Properties, wanted: Properties) -> None:
        """Take note of the places that the state shows as this resource's, and of those that the program gives it."""
        for key, place in self.kind.places(self._keys(recorded), self._keys(wanted)):
            self.run.claims.remember(key, str(wanted.get("logical_name", key)), place)

    def inherent_secrets(self, properties: Properties) -> frozenset[tuple[str, ...]]:
        """Return the places of inputs that are secret whatever the program says."""
        return self.secrets

    def create_live(self, wanted: Properties) -> Answer:
        """Adopt or create."""
        raise NotImplementedError

    def update_live(self, recorded: Properties, wanted: Properties) -> Answer:
        """Change."""
        raise NotImplementedError

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        """Return the live values of what is declared, None where the thing is proven to be gone."""
        raise NotImplementedError

    def delete_live(self, recorded: Properties) -> str | None:
        """Take away; return what there is to say."""
        raise NotImplementedError

    def timeout(self, properties: Properties) -> float:
        """Return the seconds that each wait for Cloud Manager may take: of ``custom_timeouts``, else ``timeout``, else the stack's."""
        requested = sdk.requested_timeout()
        return self.run.timeout(self.waits_for, properties.get("timeout") if requested is None else requested)

    def _said(self, problem: Problem, wanted: Properties) -> str:
        told = self.run.surface(str(problem), self.kind.name) if "component" in wanted else str(problem)
        if problem.field.partition(".")[0].partition("[")[0] not in secret_names(wanted):
            return visible(self.run.veil(told))
        return visible(without_proposal(without_echoes(told, self.run.veil)))

    def _veiled(self, properties: Properties) -> Properties:
        self.run.veil.add(texts_at(properties, [*self.inherent_secrets(properties), *secret_places(properties)]))
        return properties

    def _secretly(self, wanted: Properties) -> dict[str, Any]:
        """Hand inputs back with their secrets as such: not all of them come as secrets, as those in lists and those of transformations."""
        inputs = to_engine(wanted)
        for place in (*self.inherent_secrets(wanted), *secret_places(wanted)):
            inputs = as_secret(inputs, place)
        return inputs

    def _remember_outputs(self, recorded: Properties) -> None:
        for key, outputs in self.kind.held(recorded, str(self.run.project)):
            self.run.claims.remember(key, str(recorded.get("logical_name", key)), recorded=outputs)

    def _as_recorded(self, wanted: Properties, answer: Answer) -> Answer:
        """Return an answer of something found, as created where this stack has recorded that."""
        keys = self._keys(wanted) if answer.origin is Origin.ADOPTED else ()
        holders = self.run.holders(keys)
        created = any(key in holders and holders[key].created for key in keys)
        return replace(answer, origin=Origin.CREATED, note=None) if created else answer

    def _with_secrets(self, recorded: Properties, wanted: Properties) -> dict[str, Any]:
        """Take over what the program says of its secrets, in the form in which the state keeps it."""
        self._veiled(recorded)
        places, kept = secret_inputs.checked(wanted.get(secret_inputs.NAME), self.inherent_secrets(wanted))
        self.run.veil.add(texts_at(recorded, places))
        self.run.veil.add(texts_at(wanted, places))
        kept = secret_inputs.carried(recorded, wanted, kept)
        said = {} if kept is None else {secret_inputs.NAME: kept}
        return {**{name: value for name, value in wanted.items() if name != secret_inputs.NAME}, **said}

    def _kept(self, recorded: Properties, id_: str, owner: str) -> str:
        kept = f"{self.kind.name} {recorded.get('logical_name', id_)}: kept: still declared, as {owner}."
        if self.shared and recorded.get("origin") == Origin.CREATED and not self.run.record.was_read:
            return f"{kept} {owner} has found it there and will leave it there on destroy; to rename it permanently, use `aliases`."
        return kept

    def _carried_out(self, wanted: Properties, change: Callable[[], Answer], otherwise: ChildOutcome = ChildOutcome.FAILED) -> Answer:
        self._note(wanted, ChildOutcome.UNDER_WAY)
        self.run.record.begin(str(wanted.get("logical_name")))
        try:
            answer = change()
        except AemMailError as error:
            self._note(wanted, otherwise)
            component, name = wanted.get("component"), str(wanted.get("logical_name"))
            if component is None:
                raise
            cause = ended(self.run.surface(str(error), self.kind.name))
            teller = self.run.outcomes.told_by(component, name, cause)
            if teller != name:
                raise ChildFailed(f"{self.kind.name} {name} failed for the same cause as {teller}, whose error says what to do.") from error
            raise ChildFailed(f"{cause} {self.run.outcomes.after_failure(component, self._where(wanted))}") from error
        self._note(wanted, ChildOutcome.LIVE if answer.unready is None else ChildOutcome.FAILED)
        if answer.unready is None:
            self._arrived(wanted)
        return answer

    def _note(self, wanted: Properties, outcome: ChildOutcome) -> None:
        component = wanted.get("component")
        if component is not None:
            self.run.outcomes.note(component, str(wanted.get("logical_name")), outcome)

    def _where(self, wanted: Properties) -> str:
        return f"environment {wanted['environment_id']}" if "environment_id" in wanted else "this environment"

    def _all_computed(self) -> frozenset[str]:
        return self.computed | {"origin", "state_version"}

    def _claim(self, wanted: Properties, urn: str) -> list[Problem]:
        try:
            self._must_claim(wanted, urn)
        except Occupied as error:
            return [Problem("", str(error))]
        return []

    def _keys(self, properties: Properties) -> tuple[str, ...]:
        return self.kind.claim_keys(properties, str(self.run.project))

    def _must_claim(self, wanted: Properties, urn: str = "") -> None:
        for key in self._keys(wanted):
            self.run.claims.claim(key, str(wanted.get("logical_name", key)), self.kind.name, urn)

    def _arrived(self, wanted: Properties) -> None:
        for key in self._keys(wanted):
            self.run.claims.arrived(key)

    def _outs(self, properties: Properties, answer: Answer, origin: str) -> dict[str, Any]:
        return to_engine({**properties, **shown_outputs(answer.outputs), "origin": origin, "state_version": STATE_VERSION})

    def _say(self, note: str | None) -> None:
        if note:
            self.run.say(note)

    def _refuse_unready(self, id_: str, outs: Mapping[str, Any], wanted: Properties, answer: Answer) -> None:
        if answer.unready is not None:
            raise NotReady(id_, outs, to_engine(wanted), answer.unready)


def shown_outputs(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return outputs as they are recorded: what only informs is made visible, what is compared or sent stays unchanged."""
    return {name: visible(value) if name in INFORMATIONAL and isinstance(value, str) else value for name, value in outputs.items()}


class EnvironmentProvider(Provider):
    """Base of providers of which every change is one request on an environment."""

    def create_live(self, wanted: Properties) -> Answer:
        return self.change(Operation.CREATE, {}, wanted)

    def update_live(self, recorded: Properties, wanted: Properties) -> Answer:
        return self.change(Operation.UPDATE, recorded, wanted)

    def delete_live(self, recorded: Properties) -> str | None:
        return self.change(Operation.DELETE, recorded, {}).note

    def change(self, operation: Operation, recorded: Properties, wanted: Properties) -> Answer:
        """Have the request carried out that the operation stands for; a creation has nothing recorded, a deletion wants nothing."""
        raise NotImplementedError


def environment_of(properties: Properties) -> EnvironmentId:
    """Return the environment that a resource belongs to."""
    return EnvironmentId(str(properties["program_id"]), str(properties["environment_id"]))
