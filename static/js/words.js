/* Words: what scripts say stands translated in the page (<template id="words">), and here is how it gets onto it. */
(function () {
  "use strict";
  const words = document.getElementById("words");
  /* Day before month, as the rest of the site writes it. */
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");

  /* word("waits", { n: 1 }) takes "waits-1" where there is one; {n} in it is filled in. */
  self.word = (name, values) => {
    const find = key => words && words.content.querySelector('[data-word="' + key + '"]');
    const found = (values && values.n === 1 && find(name + "-1")) || find(name);
    const text = found ? found.textContent.replace(/[ \t\r\n]+/g, " ").trim() : "";
    return text.replace(/\{(\w+)\}/g, (all, key) => values && key in values ? values[key] : all);
  };

  /* make("a.button", { href: "/" }, "words", another) */
  self.make = (what, values, ...inside) => {
    const [tag, ...classes] = what.split(".");
    const one = document.createElement(tag);
    one.className = classes.join(" ");
    for (const name in values || {}) {
      if (typeof values[name] === "function") one.addEventListener(name, values[name]);
      else one.setAttribute(name, values[name]);
    }
    one.append(...inside.filter(Boolean));
    return one;
  };

  self.dated = (when, options) => {
    return new Intl.DateTimeFormat(language, options || { dateStyle: "long", timeStyle: "short" }).format(when);
  };
})();
