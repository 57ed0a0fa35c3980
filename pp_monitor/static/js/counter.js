// Says how many letters are left, or are too many, while one types; boxes that come later are counted as well.
const COUNTED = "textarea[data-counted]";

function tell(box) {
  const told = document.getElementById(`${box.id}-ayuda`);
  told.dataset.words ??= told.textContent;
  const left = Number(box.dataset.counted) - box.value.length;
  told.textContent = `${told.dataset.words} ${left < 0 ? `Sobran ${-left}` : `Quedan ${left}`}.`;
}

document.addEventListener("input", ({ target }) => {
  if (target.matches(COUNTED)) tell(target);
});
document.querySelectorAll(COUNTED).forEach(tell);
