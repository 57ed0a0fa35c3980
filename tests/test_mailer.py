"""The SMTP client against a real server that answers well, badly or not at all."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.domain.errors import SettingError
from pp_monitor.mailer import WIRE, Outcome, SendResult, send
from tests.engines import SmtpServer, free_port

ANA, BETO, CAROL = "ana@example.org", "beto@example.org", "carol@example.org"


def a_message(subject: str = "Desviación del mes") -> EmailMessage:
    message = EmailMessage(policy=WIRE)
    message["From"] = "Planeación <planeacion@example.org>"
    message["To"] = f"{ANA}, {BETO}"
    message["Subject"] = subject
    message.set_content("Ocho días hábiles de retraso.\n.\nFin.")
    return message


def outcomes(result: SendResult) -> dict[str, tuple[str, int | None]]:
    return {recipient.address: (recipient.outcome.value, recipient.code) for recipient in result.recipients}


def test_everybody_gets_the_message_in_one_transaction(smtp_server: SmtpServer) -> None:
    result = send(smtp_server.url, a_message(), [ANA, BETO])

    assert outcomes(result) == {ANA: ("sent", 250), BETO: ("sent", 250)}
    assert not result.is_unreachable
    [mail] = smtp_server.received
    assert (mail.sender, mail.recipients) == ("planeacion@example.org", (ANA, BETO))
    assert mail.message.get_content().splitlines() == ["Ocho días hábiles de retraso.", ".", "Fin."]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 Mailbox unavailable", ("refused", 550)),
        ("452 4.2.2 Mailbox full", ("retry", 452)),
        ("530 5.7.0 Authentication required", ("retry", 530)),
    ],
)
def test_a_refused_recipient_does_not_stop_the_others(
    smtp_server: SmtpServer, answer: str, expected: tuple[str, int]
) -> None:
    smtp_server.refuse(BETO, answer)

    result = send(smtp_server.url, a_message(), [ANA, BETO, CAROL])

    assert outcomes(result) == {ANA: ("sent", 250), BETO: expected, CAROL: ("sent", 250)}
    assert result.recipients[1].text == answer.partition(" ")[2]
    assert [mail.recipients for mail in smtp_server.received] == [(ANA, CAROL)]


def test_when_all_are_refused_nothing_is_sent(smtp_server: SmtpServer) -> None:
    smtp_server.refuse(ANA)
    smtp_server.refuse(BETO, "451 4.7.1 Greylisted")

    assert outcomes(send(smtp_server.url, a_message(), [ANA, BETO])) == {ANA: ("refused", 550), BETO: ("retry", 451)}
    assert smtp_server.received == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("451 4.3.0 Try again later", ("retry", 451)), ("554 5.6.0 Content rejected", ("refused", 554))],
)
def test_an_answer_to_the_message_counts_for_those_it_was_taken_for(
    smtp_server: SmtpServer, answer: str, expected: tuple[str, int]
) -> None:
    smtp_server.refuse(BETO)
    smtp_server.refuse_messages(answer)

    result = send(smtp_server.url, a_message(), [ANA, BETO])

    assert outcomes(result) == {ANA: expected, BETO: ("refused", 550)}
    assert smtp_server.received == []


def test_a_line_cut_before_the_answer_is_tried_again(smtp_server: SmtpServer) -> None:
    smtp_server.drop_connections()

    result = send(smtp_server.url, a_message(), [ANA, BETO])

    assert outcomes(result) == {ANA: ("retry", None), BETO: ("retry", None)}
    assert result.recipients[0].text
    assert not result.is_unreachable


def test_nobody_listening_is_an_outcome_not_an_error() -> None:
    result = send(f"smtp://127.0.0.1:{free_port()}", a_message(), [ANA])

    assert outcomes(result) == {ANA: ("retry", None)}
    assert result.is_unreachable


def test_a_server_that_hangs_up_at_once_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(b"421 4.3.2 Shutting down\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        result = send(f"smtp://127.0.0.1:{server.getsockname()[1]}", a_message(), [ANA])
        thread.join()

    assert outcomes(result) == {ANA: ("retry", 421)}
    assert result.recipients[0].text == "4.3.2 Shutting down"
    assert result.is_unreachable


@pytest.mark.parametrize("url", ["http://example.org", "smtp://", "mail.example.org:25", "smtp://h:puerto", ""])
def test_an_address_of_another_form_names_the_setting(url: str) -> None:
    with pytest.raises(SettingError, match="PP_SMTP_URL"):
        send(url, a_message(), [ANA])


words = st.sampled_from(
    "Informe n.º 6 – corte 16/09/2022: $4.564.317.004 Secretaría «ñandú» — más de atrasados".split()
)


@given(st.lists(words, min_size=1, max_size=40).map(" ".join))
def test_a_subject_keeps_every_letter_and_space_over_the_wire(subject: str) -> None:
    raw = a_message(subject).as_bytes(policy=WIRE)

    received = make_header(decode_header(message_from_bytes(raw)["Subject"]))
    assert str(received).replace("\r\n", "") == subject
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


@dataclass(slots=True)
class TakesAll:
    """A handler that keeps envelopes, whatever the line they came by."""

    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A certificate for 127.0.0.1 that nobody else knows, with its key."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    folder = tmp_path_factory.mktemp("tls")
    files = TlsFiles(folder / "certificate.pem", folder / "key.pem")
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    where = ["-keyout", str(files.key), "-out", str(files.certificate)]
    subprocess.run(["openssl", *options.split(), *where], check=True, capture_output=True)
    return files


@pytest.fixture
def trusted(tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> TlsFiles:
    """The certificate, known to this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_files.certificate))
    return tls_files


def only_ana(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ana", b"cl@ve:1")
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def starttls_server(tls_files: TlsFiles) -> Iterator[tuple[int, TakesAll]]:
    """A server that takes mail only over TLS and only from Ana."""
    handler, port = TakesAll(), free_port()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls_files.context(),
        require_starttls=True,
        auth_required=True,
        authenticator=only_ana,
    )
    controller.start()
    yield port, handler
    controller.stop()


def test_credentials_travel_over_tls(trusted: TlsFiles, starttls_server: tuple[int, TakesAll]) -> None:
    port, handler = starttls_server

    assert outcomes(send(f"smtp://ana:cl%40ve%3A1@127.0.0.1:{port}", a_message(), [ANA])) == {ANA: ("sent", 250)}
    assert [envelope.rcpt_tos for envelope in handler.envelopes] == [[ANA]]


def test_a_wrong_password_is_mended_in_the_settings_and_tried_again(
    trusted: TlsFiles, starttls_server: tuple[int, TakesAll]
) -> None:
    port, handler = starttls_server

    result = send(f"smtp://ana:otra@127.0.0.1:{port}", a_message(), [ANA])

    assert outcomes(result) == {ANA: ("retry", 535)}
    assert result.is_unreachable
    assert handler.envelopes == []


def test_credentials_never_travel_in_the_clear(smtp_server: SmtpServer) -> None:
    result = send(f"smtp://ana:clave@127.0.0.1:{smtp_server.port}", a_message(), [ANA])

    assert result.recipients[0].outcome is Outcome.RETRY
    assert "STARTTLS" in result.recipients[0].text
    assert smtp_server.received == []


def test_an_unknown_certificate_gets_no_mail(starttls_server: tuple[int, TakesAll]) -> None:
    port, handler = starttls_server

    result = send(f"smtp://ana:cl%40ve%3A1@127.0.0.1:{port}", a_message(), [ANA])

    assert outcomes(result) == {ANA: ("retry", None)}
    assert "CERTIFICATE_VERIFY_FAILED" in result.recipients[0].text
    assert handler.envelopes == []


def test_smtps_is_encrypted_from_the_first_byte(trusted: TlsFiles) -> None:
    handler, port = TakesAll(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ssl_context=trusted.context())
    controller.start()
    try:
        result = send(f"smtps://127.0.0.1:{port}", a_message(), [ANA])
    finally:
        controller.stop()

    assert outcomes(result) == {ANA: ("sent", 250)}
    assert len(handler.envelopes) == 1
