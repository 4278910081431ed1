// The lint of the front end: ESLint's own recommendations, and the rules of this house.
import js from "@eslint/js";
import globals from "globals";

const MARKUP = "Text from outside is never markup: use the html tag of lib/html.js.";
const REQUESTS = "Only data/api.js and data/upload.js ask the server.";

export default [
  { ignores: ["vendor/**"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implicit-coercion": "error",
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: REQUESTS },
        { name: "XMLHttpRequest", message: REQUESTS },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: MARKUP },
        { property: "outerHTML", message: MARKUP },
        { property: "insertAdjacentHTML", message: MARKUP },
        { property: "dangerouslySetInnerHTML", message: MARKUP },
      ],
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["data/api.js", "data/upload.js"], rules: { "no-restricted-globals": "off" } },
];
