// Says how many letters are left, or are too many, while one types; boxes that come later are counted as well.
const COUNTED = "textarea[data-counted]";

function tell(box) {
  const told = document.getElementById(`${box.id}-ayuda`);
  told.dataset.words ??= told.textContent;
  const left = Number(box.dataset.counted) - box.value.length;
  const many = Math.abs(left).toLocaleString("es-CO", { useGrouping: "always" });
  told.textContent = `${told.dataset.words} ${left < 0 ? "Sobran" : "Quedan"} ${many}.`;
}

document.addEventListener("input", ({ target }) => {
  if (target.matches(COUNTED)) tell(target);
});
document.querySelectorAll(COUNTED).forEach(tell);
