"""Whether a model's server answers, by the one request that costs nothing: its list of models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import httpx

_OWN_ADDRESS: Final = "https://api.openai.com/v1"
_LIMIT_S: Final = 5.0
_REFUSALS: Final = (401, 403)


@dataclass(frozen=True, slots=True)
class Reach:
    """What came of the request, as a line of `doctor`; no word of it holds the key."""

    level: Literal["ok", "note", "warning"]
    said: str
    mends: str = ""


def reach_model(base_url: str | None, api_key: str | None, model: str) -> Reach:
    """Ask the server for its models; not along a redirect, which would carry the key on."""
    host = base_url or _OWN_ADDRESS
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        answer = httpx.get(
            f"{host}/models", headers=headers, timeout=_LIMIT_S, follow_redirects=False
        )
        listed = answer.json().get("data") if answer.is_success else None
        names = {item["id"] for item in listed} if isinstance(listed, list) else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{host} does not answer ({type(error).__name__})"
        return Reach("warning", said, "is llm.base_url right, and the server up?")
    except (ValueError, AttributeError, TypeError, KeyError):
        return Reach("note", f"{host} answers, and lists no models", "nothing, if analyses go well")
    if answer.status_code in _REFUSALS:
        return Reach("warning", f"{host} refuses the key ({answer.status_code})", "renew the key")
    if not answer.is_success:
        said = f"{host} answers with status {answer.status_code}"
        return Reach("warning", said, "is llm.base_url the address of an OpenAI-compatible server?")
    if names is not None and model not in names:
        return Reach("warning", f"{host} does not list {model}", "set llm.model to one that it has")
    return Reach("ok", f"{host} answers and has {model}")
