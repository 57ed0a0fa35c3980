"""The territories that the tests of intake know."""

from pp_monitor.intake.territory import TerritoryName

NAMES = (
    *("Navarro", "El Hormiguero", "Pance", "La Buitrera", "Villacarmelo", "Los Andes", "Pichindé", "La Leonera"),
    *("Felidia", "El Saladito", "La Elvira", "La Castilla", "La Paz", "Montebello", "Golondrinas"),
)
TERRITORIES = (
    *(TerritoryName(f"{number:02d}", f"Comuna {number}") for number in range(1, 23)),
    *(TerritoryName(str(code), name) for code, name in enumerate(NAMES, start=51)),
)
