// What the grid tells (whether it is saved, what a tool did) stays in sight: over the foot of the window while its own
// place is above it.

export class Float {
  constructor(boxes) {
    const watch = new IntersectionObserver((entries) => entries.forEach((entry) => this.#seen(entry)));
    for (const box of boxes) watch.observe(box.parentElement);
  }

  /** The place keeps its height, so that nothing moves under who reads. */
  #seen({ target, isIntersecting, boundingClientRect }) {
    const isAbove = !isIntersecting && boundingClientRect.bottom <= 0;
    target.style.minHeight = isAbove ? `${boundingClientRect.height}px` : "";
    target.classList.toggle("pp-afloat", isAbove);
  }
}
