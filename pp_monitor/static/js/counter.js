// Says how many letters are left while one types; without it the box itself stops at its limit.
for (const box of document.querySelectorAll("textarea[data-counted]")) {
  const told = document.getElementById(`${box.id}-ayuda`);
  const words = told.textContent;
  const tell = () => {
    const left = box.maxLength - box.value.length;
    told.textContent = `${words} Quedan ${left}.`;
  };
  box.addEventListener("input", tell);
  tell();
}
