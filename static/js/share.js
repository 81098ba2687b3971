/* Comfort: copy a link, and pass it on by what the device itself offers. */
(function () {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var field = document.getElementById(button.dataset.copy);
    var said = button.closest(".share").querySelector("[data-copied]");
    button.hidden = false;
    field.addEventListener("focus", function () { field.select(); });
    button.addEventListener("click", function () {
      var done = function () { said.textContent = button.dataset.done; };
      /* Without https there is no clipboard: the selected text can still be copied by hand. */
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
      else if (document.execCommand("copy")) done();
    });
  });
  document.querySelectorAll("[data-share]").forEach(function (button) {
    if (!navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.share({ title: button.dataset.share, url: location.href }).catch(function () {});
    });
  });
})();
