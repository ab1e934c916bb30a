"""Check that a model's server answers, by the one free request: its list of models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import httpx

_LIMIT_S: Final = 5.0
_REFUSALS: Final = (401, 403)


@dataclass(frozen=True, slots=True)
class Reach:
    """What came of the request, as a line of `doctor`; no word of it holds the key."""

    level: Literal["ok", "note", "warning"]
    said: str
    mends: str = ""


def reach_model(host: str, api_key: str | None, model: str) -> Reach:
    """Ask the server for its models; not along a redirect, which would carry the key on."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        answer = httpx.get(
            f"{host}/models", headers=headers, timeout=_LIMIT_S, follow_redirects=False
        )
        listed = answer.json().get("data") if answer.is_success else None
        names = {item["id"] for item in listed} if isinstance(listed, list) else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{host} does not answer ({type(error).__name__})"
        return Reach("warning", said, "check llm.base_url, and that the server is running")
    except (ValueError, AttributeError, TypeError, KeyError):
        return Reach(
            "note", f"{host} answers, but lists no models", "nothing to do, if analyses succeed"
        )
    if answer.status_code in _REFUSALS:
        return Reach(
            "warning",
            f"{host} rejects the key ({answer.status_code})",
            "check the key, or renew it",
        )
    if not answer.is_success:
        said = f"{host} answers with status {answer.status_code}"
        mends = "check that llm.base_url is the address of an OpenAI-compatible server"
        return Reach("warning", said, mends)
    if names is not None and model not in names:
        return Reach("warning", f"{host} does not list {model}", "set llm.model to one that it has")
    return Reach("ok", f"{host} answers and has {model}")
