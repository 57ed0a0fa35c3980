"""The only SMTP client: hands a finished message over and says what became of each recipient."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr, parseaddr
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from pp_monitor import labels
from pp_monitor.domain.errors import SettingError

ANSWER_SECONDS = 30
# Whoever claims a message must hold it for longer than this and a few answers more.
MESSAGE_SECONDS = 300
_REFUSED_FROM = 500
# These 5xx tell of the line (log in, encrypt), not of the message: a mended setting delivers it.
_LINE_CODES = frozenset({521, 530, 534, 535, 538})
_PORTS = {"smtp": 25, "smtps": 465}


class _WirePolicy(EmailPolicy):
    """Seven-bit lines, with encoded words that keep every space (Python's own folding drops some, gh-92081)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Give one header as it goes over the wire."""
        if value.isascii() or name.lower() not in ("subject", "from"):
            return super().fold_binary(name, value)
        if name.lower() == "subject":
            return f"{name}: {_encoded(value, name)}\r\n".encode("ascii")
        label, address = parseaddr(value)
        return f"{name}: {formataddr((_encoded(label, name), address))}\r\n".encode("ascii")


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


# How a message is built and flattened: pass it to ``EmailMessage``.
WIRE = _WirePolicy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)


class Outcome(StrEnum):
    """What became of a message for one recipient; retry means that nobody said no for good."""

    SENT = "sent"
    REFUSED = "refused"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """The outcome for one address, with the server's code (none without an answer) and its words."""

    address: str
    outcome: Outcome
    code: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome for each recipient; ``is_unreachable`` when the server could not be spoken to at all."""

    recipients: tuple[RecipientResult, ...]
    is_unreachable: bool = False


def send(smtp_url: str, message: EmailMessage, recipients: Sequence[str]) -> SendResult:
    """Deliver ``message`` to ``recipients`` in one SMTP transaction.

    ``smtp_url`` is ``smtp://user:password@host:port`` (STARTTLS when offered, demanded when
    there are credentials) or ``smtps://``. Certificates are always verified. What the network
    or the server does wrong is an outcome, never an exception. Raises ``SettingError`` for an
    address of another form.
    """
    server = parse_server(smtp_url)
    try:
        line = _open(server)
    except (OSError, smtplib.SMTPException) as error:
        return SendResult(_all(recipients, Outcome.RETRY, *_words(error)), is_unreachable=True)
    try:
        return SendResult(_deliver(line, message, recipients))
    except (OSError, smtplib.SMTPException) as error:
        # The line was cut before the server took the message.
        return SendResult(_all(recipients, Outcome.RETRY, *_words(error)))
    finally:
        _hang_up(line)


def parse_server(smtp_url: str) -> SplitResult:
    """The parts of a mail server's address; raise ``SettingError`` for one of another form."""
    server = urlsplit(smtp_url)
    try:
        is_known = server.scheme in _PORTS and bool(server.hostname) and server.port != 0
    except ValueError:
        is_known = False
    if not is_known:
        raise SettingError("PP_SMTP_URL", "debe tener la forma smtp://usuario:clave@servidor:587")
    return server


def _open(server: SplitResult) -> smtplib.SMTP:
    """Connect, encrypt and log in, or raise without leaving a connection behind."""
    host, port = str(server.hostname), server.port or _PORTS[server.scheme]
    context = ssl.create_default_context()
    line: smtplib.SMTP
    if server.scheme == "smtps":
        line = smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=context)
    else:
        line = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
    try:
        _secure(line, server, context)
    except BaseException:
        line.close()
        raise
    return line


def _secure(line: smtplib.SMTP, server: SplitResult, context: ssl.SSLContext) -> None:
    line.ehlo_or_helo_if_needed()
    if server.scheme == "smtp" and line.has_extn("starttls"):
        line.starttls(context=context)
        line.ehlo_or_helo_if_needed()
    elif server.scheme == "smtp" and server.username:
        raise smtplib.SMTPNotSupportedError("El servidor no ofrece STARTTLS y la clave no viaja sin cifrar.")
    if server.username:
        line.login(unquote(server.username), unquote(server.password or ""))


def _deliver(line: smtplib.SMTP, message: EmailMessage, recipients: Sequence[str]) -> tuple[RecipientResult, ...]:
    """Speak one mail transaction; each recipient is answered on its own."""
    give_up_at = time.monotonic() + MESSAGE_SECONDS
    content = message.as_bytes(policy=WIRE)
    size = [f"size={len(content)}"] if line.has_extn("size") else []
    code, text = line.mail(parseaddr(str(message["From"]))[1], size)
    if not _is_good(code):
        return _all(recipients, _outcome(code), code, _decoded(text))
    results = [_offer(line, address, give_up_at) for address in recipients]
    accepted = [result.address for result in results if result.outcome is Outcome.SENT]
    if not accepted:
        return tuple(results)
    _check_time(give_up_at)
    code, text = _data(line, content)
    final = Outcome.SENT if _is_good(code) else _outcome(code)
    taken = {result.address: result for result in _all(accepted, final, code, _decoded(text))}
    return tuple(taken.get(result.address, result) for result in results)


def _offer(line: smtplib.SMTP, address: str, give_up_at: float) -> RecipientResult:
    _check_time(give_up_at)
    code, text = line.rcpt(address)
    outcome = Outcome.SENT if _is_good(code) else _outcome(code)
    return RecipientResult(address, outcome, code, _decoded(text))


def _data(line: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return line.data(content)
    except smtplib.SMTPDataError as error:
        text = error.smtp_error
        return error.smtp_code, text if isinstance(text, bytes) else text.encode()


def _hang_up(line: smtplib.SMTP) -> None:
    """Say goodbye; what the server answers to that changes nothing any more."""
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        line.close()


def _check_time(give_up_at: float) -> None:
    if time.monotonic() > give_up_at:
        raise TimeoutError("El servidor de correo tarda demasiado.")


def _is_good(code: int) -> bool:
    return 200 <= code < 300


def _outcome(code: int) -> Outcome:
    return Outcome.REFUSED if code >= _REFUSED_FROM and code not in _LINE_CODES else Outcome.RETRY


def _all(
    recipients: Sequence[str], outcome: Outcome, code: int | None = None, text: str = ""
) -> tuple[RecipientResult, ...]:
    return tuple(RecipientResult(address, outcome, code, text) for address in recipients)


def _words(error: OSError | smtplib.SMTPException) -> tuple[int | None, str]:
    """The server's code and words in an error, or no code and the network's words."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return error.smtp_code, _decoded(text) if isinstance(text, bytes) else text
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return None, "El servidor cortó la conexión."
    if isinstance(error, smtplib.SMTPException):
        return None, str(error) or type(error).__name__
    return None, labels.system_trouble(error)


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\x00", "")
