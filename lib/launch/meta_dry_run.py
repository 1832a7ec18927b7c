"""The calls a launch on Meta would make, in order, without an account, a token or a network.

They come from the same functions the adapter sends from. Ids only Meta can give stand as {campaign_id}.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lib.ads.plan import Plan
from lib.launch import meta_requests
from lib.launch.meta_http import Request
from lib.launch.meta_settings import Connection, Settings
from lib.launch.objects import Identity, activation_of, object_fields, steps_of, tagged_name
from lib.launch.refusals import refusals

BLANK: Final = "$META_TOKEN"
NO_KEY: Final = "{launch_key}"
NO_ACCOUNT: Final = "act_{ad_account_id}"
NOBODY: Final = Identity("{page_id}", "{instagram_user_id}", "{whatsapp_phone_number}")


@dataclass(frozen=True, slots=True)
class DryRun:
    """`refused` are reasons why Meta would not take it, with the step, as far as they can be known beforehand."""

    url: str
    version: str
    requests: tuple[Request, ...]
    refused: tuple[tuple[str, str], ...]

    def as_data(self) -> list[dict[str, Any]]:
        """Readable: one entry a call, fields unencoded."""
        return [
            {
                "step": request.step,
                "method": request.method,
                "url": self._address(request),
                "fields": dict(request.fields),
                **({"file": request.picture} if request.picture else {}),
            }
            for request in self.requests
        ]

    def as_curl(self) -> str:
        """A script that would do the same; the token is taken from META_TOKEN when it runs, and is not in it."""
        return "\n\n".join(f"# {request.step}\n{self._curl(request)}" for request in self.requests) + "\n"

    def _address(self, request: Request) -> str:
        return f"{self.url}/{self.version}/{request.path}"

    def _curl(self, request: Request) -> str:
        words = ["curl -sS"]
        if request.method == "GET":
            words.append("-G")
        words += [shlex.quote(self._address(request)), f'-H "Authorization: Bearer {BLANK}"']
        if request.picture:
            words.append(f"-F {shlex.quote(f'filename=@{request.picture}')}")
        words += [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in request.form().items()]
        return " \\\n  ".join(words)


def dry_run(
    plan: Plan,
    *,
    key: str = NO_KEY,
    connection: Connection | None = None,
    settings: Settings | None = None,
    ids: Mapping[str, str] | None = None,
) -> DryRun:
    """`ids` are Meta's, by step, as far as they are known; `key` is the launch's, once there is one."""
    settings = settings or Settings()
    account = connection.account_id if connection else NO_ACCOUNT
    identity = connection.identity if connection else NOBODY
    known = {**{step: placeholder(step) for step in steps_of(plan)}, **(ids or {})}
    requests = [
        meta_requests.account(account),
        meta_requests.minimum_budgets(account),
        meta_requests.try_campaign(account, plan, plan.name, identity),
    ]
    refused: list[tuple[str, str]] = []
    for step in steps_of(plan):
        kind: Any = step.split("/")[0]
        fields = object_fields(plan, step, known, identity)
        refused += [(step, reason) for reason, _ in refusals(kind, fields)]
        requests.append(meta_requests.create(account, kind, tagged_name(plan, key, step), fields))
    for step in steps_of(plan):
        kind = step.split("/")[0]
        if kind != "image":
            requests.append(meta_requests.read(kind, known[step]))
    on = (known[step.removeprefix("activate/")] for step in activation_of(plan))
    requests += [meta_requests.switch(object_id, "ACTIVE") for object_id in on]
    return DryRun(settings.url, settings.version, tuple(requests), tuple(refused))


def placeholder(step: str) -> str:
    """{campaign_id}, {creative_1_id}, {image_1_hash}."""
    kind, _, number = step.partition("/")
    name = f"{kind}_{number}" if number else kind
    return f"{{{name}_{'hash' if kind == 'image' else 'id'}}}"
