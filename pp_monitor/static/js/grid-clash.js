// Two people gave the same cell different texts: both are shown in it, and this person chooses.

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-primary";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function told(text) {
  return text ? `«${text}»` : "la celda vacía";
}

/** Show both texts under the field; `decide` is told which one stays. */
export function showClash(field, clash, decide) {
  const box = document.createElement("div");
  box.className = "pp-cell-note pp-clash";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Dos personas cambiaron esta celda");
  const words = document.createElement("p");
  words.textContent = `${clash.who} guardó ${told(clash.theirs)} y usted escribió ${told(clash.mine)}.`;
  const choose = (text) => () => {
    box.remove();
    decide(text);
  };
  box.append(
    words,
    button(`Dejar la mía: ${told(clash.mine)}`, choose(clash.mine)),
    button(`Usar la otra: ${told(clash.theirs)}`, choose(clash.theirs)),
  );
  field.parentElement.querySelector(":scope > .pp-clash")?.remove();
  field.parentElement.append(box);
}
