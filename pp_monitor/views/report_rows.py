"""Closed cut-offs as the page of reports shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor.formatters import date_short, plural
from pp_monitor.models.mail import DeliveryState
from pp_monitor.services.report import CloseResult
from pp_monitor.services.report_archive import ClosedReport, Delivery, IssuedReport, ReportFile
from pp_monitor.views.delivery_row import DeliveryRow, delivery_row
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file to take."""

    name: str
    url: str
    whose: str
    size: str
    sha256: str
    summary: str
    deliveries: list[DeliveryRow]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One closed cut-off."""

    report: ClosedReport
    figures_url: str
    files: list[FileRow]


def rows(reports: Sequence[IssuedReport], reading: Reading) -> list[ReportRow]:
    """The closed cut-offs with the files that this person may take."""
    return [
        ReportRow(
            issued.report,
            url_for("dashboard.home", corte=issued.report.cutoff.isoformat()),
            [_file(file, reading) for file in issued.files],
        )
        for issued in reports
    ]


def _file(file: ReportFile, reading: Reading) -> FileRow:
    names = reading.portfolio.names
    return FileRow(
        name=file.filename,
        url=url_for("report.download", file_id=file.id),
        whose=short_name(names, file.organism_code) if file.organism_code else "Consolidado",
        size=f"{-(-file.size_bytes // 1024)} kB",
        sha256=file.sha256,
        summary=_summary(file.deliveries),
        deliveries=[delivery_row(each.address, each.state, each.answer) for each in file.deliveries],
    )


def _summary(deliveries: Sequence[Delivery]) -> str:
    """How many people it reached and how many it did not."""
    if not deliveries:
        return "no se envió por correo"
    counts = Counter(delivery.state for delivery in deliveries)
    told = [plural(counts[DeliveryState.SENT], "entregado", "entregados")] if counts[DeliveryState.SENT] else []
    if failed := counts[DeliveryState.REFUSED] + counts[DeliveryState.GIVEN_UP]:
        told.append(f"{failed} sin entregar")
    if counts[DeliveryState.PENDING]:
        told.append(f"{counts[DeliveryState.PENDING]} por enviar")
    return ", ".join(told)


def told(result: CloseResult, cutoff: date) -> tuple[str, str]:
    """What closing did, with the category of its message."""
    if not result.is_new:
        return f"El corte del {date_short(cutoff)} ya estaba cerrado (informe n.º {result.number}).", "info"
    files = plural(result.files, "archivo guardado", "archivos guardados")
    mails = plural(result.messages, "correo por enviar", "correos por enviar")
    version = f", versión {result.version}" if result.version > 1 else ""
    what = f"Se cerró el corte del {date_short(cutoff)}: informe n.º {result.number}{version}"
    return f"{what}, {files} y {mails}.", "success"
