"""Who this visitor is, and what they may change: the one way in which pages ask `core.policy`."""

import hmac
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError

from core import policy, settings
from core.policy import HISTORY_MB, Change

_OPERATOR, _VISITOR, _SAID = "_is_operator", "_visitor", "_password_said"
TRIES, PAUSE = 5, 60.0
"""Wrong passwords that may be tried within so many seconds, by all visitors together."""


def be_on_guard() -> None:
    """Call first: read Streamlit's secrets, which may say that strangers visit, and let nobody send more than is read here.

    Secrets that are there and cannot be read may have said so: strangers are then expected.
    """
    if _secrets_are_broken():
        settings.expect_strangers()
    for name, value in _secrets().items():
        if isinstance(value, bool):  # of texts and numbers Streamlit makes variables by itself
            settings.switch(name, on=value)
    if settings.is_hosted() and config.get_option("server.maxUploadSize") > HISTORY_MB:
        # a form's own limit holds in the browser alone; what is sent past the form stays in the server's memory
        config.set_option("server.maxUploadSize", HISTORY_MB)


def _secrets_are_broken() -> bool:
    try:
        return not st.secrets.load_if_toml_exists() and any(
            Path(place).exists() for place in config.get_option("secrets.files")
        )
    except OSError:
        return True


def is_operator() -> bool:
    """Whether this visitor has given the operator's password."""
    return bool(st.session_state.get(_OPERATOR))


def may(change: Change) -> bool:
    """Whether this visitor may change this."""
    return policy.allows(change, is_operator=is_operator())


def validate(change: Change) -> None:
    """Refuse what this visitor may not change.

    Raises:
        NotAllowedError: They may not.
    """
    policy.validate(change, is_operator=is_operator())


def is_limited() -> bool:
    """Whether this visitor's evaluations are limited."""
    return policy.is_limited(is_operator=is_operator())


def visitor() -> str:
    """A name of this session that nobody else can guess."""
    return str(st.session_state.setdefault(_VISITOR, secrets.token_hex(8)))


def notice() -> None:
    """On a hosted instance: what visitors may here, and the operator's way in."""
    if not settings.is_hosted():
        return
    if is_operator():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(
                "You are this instance's operator: everything can be changed.", icon=":material/lock_open:"
            )
            st.button("Leave", on_click=_leave, key="operator_leave")
        return
    st.info(
        "This instance is open to everybody, so nobody changes its films: they are explored, asked and measured. What you "
        "bring yourself stays in the memory of this tab. Bring datasets of your own to a Movie Atlas on your machine.",
        icon=":material/public:",
    )
    if not _password():
        return
    with st.expander("For the operator", icon=":material/lock:"):
        st.text_input("Password", type="password", key="operator_password", on_change=_sign_in, max_chars=200)
        if said := st.session_state.pop(_SAID, ""):
            st.warning(said)


@st.cache_resource
def _wrong_tries() -> list[float]:
    """When wrong passwords were given lately, by anybody."""
    return []


def _sign_in() -> None:
    given, password = str(st.session_state.get("operator_password", "")), _password()
    st.session_state["operator_password"] = ""
    tries, now = _wrong_tries(), time.monotonic()
    tries[:] = [at for at in tries if now - at < PAUSE]
    if len(tries) >= TRIES:
        st.session_state[_SAID] = "Too many wrong passwords were tried; wait a minute."
    elif not password or not hmac.compare_digest(_bytes(given), _bytes(password)):
        tries.append(now)
        st.session_state[_SAID] = "That is not the password."
    else:
        st.session_state[_OPERATOR] = True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _leave() -> None:
    st.session_state.pop(_OPERATOR, None)


def _password() -> str:
    """The operator's, from Streamlit's secrets or the surroundings; "" = there is none, and nobody is the operator."""
    about = _secrets().get("operator", {})
    found = about.get("password", "") if isinstance(about, Mapping) else ""
    return str(found) or settings.operator_password()


def _secrets() -> dict[str, object]:
    """Streamlit's secrets; {} where there are none or they cannot be read."""
    try:
        return dict(st.secrets.items())
    except (StreamlitSecretNotFoundError, OSError):
        return {}
