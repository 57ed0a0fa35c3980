"""What the demonstration invents: how many projects each organism has, what they are called, how they go.

Only the totals are real: 15 organisms, 278 projects, $49.564.317.004.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.catalogue import Modality

YEAR = 2022
TOTAL_COP = 49_564_317_004
DEADLINE = date(2022, 4, 22)
OPENED_ON = date(2022, 3, 14)
NOTICE = "DATOS DE DEMOSTRACIÓN"


@dataclass(frozen=True, slots=True)
class DemoOrganism:
    """An organism of the demonstration.

    ``delay`` is the usual delay of a step in working days, ``registered_on`` none where the plan
    never comes; ``mean_millions`` is the usual value of a project; ``mailbox`` names its addresses.
    """

    code: str
    mailbox: str
    projects: int
    delay: float
    registered_on: date | None
    mean_millions: int
    kinds: tuple[tuple[str, Modality], ...]


# Why the organism that registers late leaves each of its other projects out.
LEFT_OUT_REASONS = (
    "La interventoría revisa todavía el alcance técnico con la comunidad.",
    "Falta el concepto técnico del comité de planificación del territorio.",
    "El presupuesto se ajusta al precio de los equipos de este año.",
    "La sede que lo recibe aún no tiene certificada su conexión eléctrica.",
)

ORGANISMS = (
    DemoOrganism(
        "4133",
        "dagma",
        22,
        1.6,
        date(2022, 4, 12),
        170,
        (
            ("Recuperación paisajística y adecuación de zonas verdes", Modality.SAMC),
            ("Restauración ecológica participativa", Modality.ESALC),
            ("Mantenimiento de la arborización urbana", Modality.SASI),
        ),
    ),
    DemoOrganism(
        "4134",
        "datic",
        6,
        0.0,
        None,
        175,
        (
            ("Formación en competencias digitales", Modality.CI),
            ("Dotación tecnológica de laboratorios de innovación", Modality.AMP),
        ),
    ),
    DemoOrganism(
        "4143",
        "educacion",
        28,
        3.0,
        date(2022, 4, 11),
        210,
        (
            ("Mantenimiento de la infraestructura de sedes educativas oficiales", Modality.SAMC),
            ("Dotación de ambientes de aprendizaje en instituciones educativas oficiales", Modality.AMP),
            ("Adecuación de restaurantes escolares", Modality.LP),
        ),
    ),
    DemoOrganism(
        "4145",
        "salud",
        18,
        0.5,
        date(2022, 4, 8),
        150,
        (
            ("Desarrollo de jornadas de promoción de la salud mental", Modality.CI),
            ("Implementación de acciones de bienestar animal y control de zoonosis", Modality.CDPS),
            ("Prevención del consumo de sustancias psicoactivas", Modality.ESALC),
        ),
    ),
    DemoOrganism(
        "4146",
        "bienestar",
        20,
        0.6,
        date(2022, 4, 12),
        160,
        (
            ("Atención integral a personas mayores", Modality.ESALC),
            ("Fortalecimiento de capacidades de personas cuidadoras", Modality.ESALD),
            ("Apoyo a procesos de inclusión de personas con discapacidad", Modality.CDPS),
        ),
    ),
    DemoOrganism(
        "4148",
        "cultura",
        36,
        1.3,
        date(2022, 4, 20),
        130,
        (
            ("Apoyo a organizaciones artísticas y culturales", Modality.ESALC),
            ("Fortalecimiento de bibliotecas públicas comunitarias", Modality.CDPS),
            ("Desarrollo de festivales y encuentros tradicionales", Modality.ESALC),
        ),
    ),
    DemoOrganism(
        "4151",
        "infraestructura",
        31,
        6.2,
        date(2022, 4, 21),
        330,
        (
            ("Mantenimiento de la malla vial", Modality.LP),
            ("Mejoramiento de caminos con placa huella", Modality.SAMC),
            ("Adecuación de andenes y sardineles", Modality.MC),
        ),
    ),
    DemoOrganism(
        "4152",
        "movilidad",
        8,
        1.2,
        date(2022, 4, 13),
        140,
        (
            ("Implementación de señalización vial y reductores de velocidad", Modality.SAMC),
            ("Formación en seguridad vial", Modality.CDPS),
        ),
    ),
    DemoOrganism(
        "4161",
        "seguridad",
        11,
        0.3,
        date(2022, 4, 7),
        145,
        (
            ("Fortalecimiento de entornos protectores y frentes de seguridad", Modality.CDPS),
            ("Implementación de mecanismos alternativos de resolución de conflictos", Modality.CI),
        ),
    ),
    DemoOrganism(
        "4162",
        "deporte",
        42,
        4.2,
        date(2022, 4, 27),
        190,
        (
            ("Iniciación y formación deportiva en disciplinas tradicionales", Modality.CDPS),
            ("Adecuación de escenarios deportivos", Modality.LP),
            ("Dotación de implementos deportivos", Modality.MC),
        ),
    ),
    DemoOrganism(
        "4164",
        "paz",
        3,
        0.4,
        date(2022, 4, 11),
        120,
        (
            ("Desarrollo de estrategias de cultura ciudadana y convivencia", Modality.ESALC),
            ("Apoyo a iniciativas juveniles de paz", Modality.CDPS),
        ),
    ),
    DemoOrganism(
        "4171",
        "economico",
        24,
        1.9,
        date(2022, 5, 5),
        140,
        (
            ("Fortalecimiento de unidades productivas", Modality.CI),
            ("Apoyo al emprendimiento de mujeres", Modality.ESALC),
        ),
    ),
    DemoOrganism(
        "4172",
        "turismo",
        6,
        0.5,
        date(2022, 4, 8),
        110,
        (
            ("Fortalecimiento del turismo comunitario", Modality.CDPS),
            ("Mejoramiento de la señalización turística", Modality.SAMC),
        ),
    ),
    DemoOrganism(
        "4173",
        "territorial",
        14,
        0.2,
        date(2022, 4, 6),
        155,
        (
            ("Adecuación y dotación de casetas y sedes comunales", Modality.SAMC),
            ("Formación a líderes comunales", Modality.ESALC),
        ),
    ),
    DemoOrganism(
        "4182",
        "uaesp",
        9,
        0.9,
        date(2022, 4, 12),
        230,
        (
            ("Mejoramiento del alumbrado público en zonas verdes", Modality.SAMC),
            ("Mejoramiento de sistemas de acueducto y saneamiento", Modality.CI),
        ),
    ),
)
# Printed on purpose: the key of invented accounts.
PASSWORD = "presupuesto-2022-demo"  # noqa: S105
CAUSES = (
    "Estudios previos incompletos",
    "Demora en CDP o RP",
    "Observaciones jurídicas",
    "Ley de garantías",
    "Falta de concertación con la comunidad",
    "Predios, permisos o licencias",
    "Incumplimiento del contratista",
)
