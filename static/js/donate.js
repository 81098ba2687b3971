// Comfort on the donate page: typing an amount lets go of the suggestions, choosing one empties the field.
(function () {
  "use strict";
  var own = document.getElementById("id_amount_own");
  var other = document.getElementById("id_amount_other");
  if (!own || !other) return;
  own.addEventListener("input", function () {
    if (own.value.trim()) other.checked = true;
  });
  document.querySelectorAll('input[type="radio"][name="amount"]').forEach(function (choice) {
    choice.addEventListener("change", function () {
      if (choice === other) own.focus();
      else own.value = "";
    });
  });
})();
