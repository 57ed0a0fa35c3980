// Two people gave the same cell different texts: both are shown in it, and this person chooses.

import { button } from "./grid-words.js";

function told(text) {
  return text ? `«${text}»` : "la celda vacía";
}

/** What both did, in one sentence: the same person may be at work in two tabs. */
export function clashHeadline({ who, at, isOwn }) {
  const hour = at ? ` a las ${at}` : "";
  const what = isOwn ? `Usted cambió lo mismo en otra pestaña${hour}.` : `${who} cambió lo mismo que usted${hour}.`;
  return `${what} Elija en la celda cuál vale.`;
}

/** Show both texts under the field; `decide` is told which one stays. */
export function showClash(field, clash, decide) {
  const box = document.createElement("div");
  box.className = "pp-cell-note pp-clash";
  box.setAttribute("role", "group");
  const label = clash.isOwn ? "Esta celda cambió en otra pestaña" : "Dos personas cambiaron esta celda";
  box.setAttribute("aria-label", label);
  const words = document.createElement("p");
  const [who, here] = clash.isOwn ? ["En otra pestaña usted", "aquí"] : [clash.who, "usted"];
  words.textContent = `${who} guardó ${told(clash.theirs)} y ${here} escribió ${told(clash.mine)}.`;
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
