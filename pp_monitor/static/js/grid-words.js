// Rows told by their numbers, as the person sees them.

/** "2", "2 y 3", "2, 3 y 7". */
export function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} y ${words.at(-1)}`;
}

/** "la fila 2", "las filas 2 y 3". */
export function theRows(numbers) {
  return numbers.length === 1 ? `la fila ${numbers[0]}` : `las filas ${listed(numbers)}`;
}

export function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** A small button of a message. */
export function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.className = "btn btn-sm btn-outline-primary";
  made.addEventListener("click", act);
  return made;
}
