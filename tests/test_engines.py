"""The servers of the tests themselves: if these are wrong, no other result means anything."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.engines import PostgresServer, SmtpServer


def a_message(*recipients: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "planeacion@example.org"
    message["To"] = ", ".join(recipients)
    message["Subject"] = "Desviación del mes"
    message.set_content("Ocho días hábiles de retraso.")
    return message


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_gets_an_empty_database(database_url: str, run: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE hito (nombre VARCHAR(40))"))
        connection.execute(text("INSERT INTO hito VALUES (:nombre)"), {"nombre": "Adjudicación"})
        assert connection.scalar(text("SELECT nombre FROM hito")) == "Adjudicación"
    engine.dispose()


@pytest.mark.postgres
def test_a_copied_database_has_the_rows_of_its_template(postgres_server: PostgresServer) -> None:
    template = postgres_server.create()
    engine = create_engine(postgres_server.url(template))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hito AS SELECT 7 AS peso"))
    engine.dispose()

    copy = postgres_server.create(template)
    engine = create_engine(postgres_server.url(copy))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT peso FROM hito")) == 7
    engine.dispose()


@pytest.mark.postgres
def test_a_database_in_use_can_be_dropped(postgres_server: PostgresServer, postgres_url: str) -> None:
    name = postgres_server.create()
    user = create_engine(postgres_server.url(name))
    connection = user.connect()
    postgres_server.drop(name)
    connection.close()
    user.dispose()

    admin = create_engine(postgres_url)
    with admin.connect() as connection:
        assert name not in connection.scalars(text("SELECT datname FROM pg_database")).all()
    admin.dispose()


def test_a_mail_arrives_as_it_was_sent(smtp_server: SmtpServer) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as line:
        assert line.send_message(a_message("enlace@example.org")) == {}

    [mail] = smtp_server.received
    assert (mail.sender, mail.recipients) == ("planeacion@example.org", ("enlace@example.org",))
    assert mail.message["Subject"] == "Desviación del mes"
    assert mail.message.get_content().strip() == "Ocho días hábiles de retraso."


@pytest.mark.parametrize("answer", ["450 4.2.0 Busy", "550 5.1.1 Unknown"])
def test_one_recipient_can_be_refused_and_the_others_served(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.refuse("nadie@example.org", answer)
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as line:
        refused = line.send_message(a_message("enlace@example.org", "nadie@example.org"))

    code, reason = answer.split(" ", 1)
    assert refused == {"nadie@example.org": (int(code), reason.encode())}
    assert [mail.recipients for mail in smtp_server.received] == [("enlace@example.org",)]


def test_a_message_can_be_refused_until_the_server_behaves(smtp_server: SmtpServer) -> None:
    smtp_server.refuse_messages()
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as line:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            line.send_message(a_message("enlace@example.org"))
        assert smtp_server.received == []

        smtp_server.behave()
        line.send_message(a_message("enlace@example.org"))
    assert len(smtp_server.received) == 1


def test_a_line_can_be_cut_in_the_middle_of_a_message(smtp_server: SmtpServer) -> None:
    smtp_server.drop_connections()
    line = smtplib.SMTP("127.0.0.1", smtp_server.port)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        line.send_message(a_message("enlace@example.org"))
    line.close()
    assert smtp_server.received == []
