// Dates as people of the city write them. The server has the last word (services/plan_cell.py): this reads the same
// forms, so that a cell shows its compact date at once and not after the next save.

const MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const LONG_MONTHS = [
  "enero", "febrero", "marzo", "abril", "mayo", "junio",
  "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
];
const WEEKDAYS = ["domingo", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado"];
const OTHER_MONTHS = { sept: 9, set: 9, setiembre: 9 };
const FIRST_YEAR = 2015;
const LAST_YEAR = 2059;
// As intake/parsing.py.
const YEARS_BEFORE = 1;
const YEARS_AFTER = 3;
const NOT_APPLICABLE = new Set(["no aplica", "noaplica", "na", "n a"]);

/** Lower-case words without accents or signs. */
function words(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function monthNumber(word) {
  const found = MONTHS.indexOf(word) + 1 || LONG_MONTHS.indexOf(word) + 1;
  return found || OTHER_MONTHS[word] || 0;
}

/** A day that exists, or null: 31/02 and 04/18 are the server's to explain. */
function day(d, m, y) {
  const year = y < 100 ? 2000 + y : y;
  const made = new Date(Date.UTC(year, m - 1, d));
  const exists = made.getUTCDate() === d && made.getUTCMonth() === m - 1;
  return exists && year >= FIRST_YEAR && year <= LAST_YEAR ? { day: d, month: m, year } : null;
}

/** Whether a year of two digits is one in which a plan of that vigencia has dates. */
function isNear(digits, year) {
  const whole = 2000 + Number(digits);
  return whole >= year - YEARS_BEFORE && whole <= year + YEARS_AFTER;
}

function fromNumbers(text, year) {
  let match = /^(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/.exec(text);
  if (match) {
    // 18-04-22 could begin with its year: it is read where its end is near the vigencia.
    if (match[4]?.length === 2 && match[2] !== "/" && !isNear(match[4], year)) return null;
    return day(Number(match[1]), Number(match[3]), match[4] ? Number(match[4]) : year);
  }
  match = /^(\d{4})([/.-])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (match) return day(Number(match[4]), Number(match[3]), Number(match[1]));
  match = /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (match) return isNear(match[3], year) ? day(Number(match[1]), Number(match[2]), Number(match[3])) : null;
  match = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (!match) return null;
  const read = day(Number(match[1]), Number(match[2]), Number(match[3]));
  return read || day(Number(text.slice(6)), Number(text.slice(4, 6)), Number(text.slice(0, 4)));
}

function fromWords(text, year) {
  const match = /^(\d{1,2}) ?(?:de )?([a-z]{3,10})(?: (?:de |del )?(\d{4}|\d{2}))?$/.exec(text);
  const month = match ? monthNumber(match[2]) : 0;
  return month ? day(Number(match[1]), month, match[3] ? Number(match[3]) : year) : null;
}

function fromText(text, year) {
  return fromNumbers(text.replace(/ ?([/.-]) ?(?=\d)/g, "$1"), year) || fromWords(words(text), year);
}

/** A day of the week in front must be that of the day: the server explains where it is not. */
function fromWeekday(text, year) {
  const word = /^([a-z]{3,9}) \d/.exec(words(text))?.[1] ?? "";
  const found = WEEKDAYS.some((name) => [name, name.slice(0, 3)].includes(word)) && fromText(text.replace(/^\D+/, ""), year);
  if (!found) return null;
  const name = WEEKDAYS[new Date(Date.UTC(found.year, found.month - 1, found.day)).getUTCDay()];
  return name.startsWith(word) ? found : null;
}

/** What a cell shows when it is left: 18/04/22, "No aplica", or the text as it was typed. */
export function compact(text, year) {
  const typed = text.trim();
  if (NOT_APPLICABLE.has(words(typed))) return "No aplica";
  const found = fromText(typed, year) || fromWeekday(typed, year);
  if (!found) return typed;
  const two = (number) => String(number % 100).padStart(2, "0");
  return `${two(found.day)}/${two(found.month)}/${two(found.year)}`;
}
