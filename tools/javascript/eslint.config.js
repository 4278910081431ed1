// The lint of the front end: ESLint's own recommendations, and the rules of this house.
import js from "@eslint/js";
import globals from "globals";

const MARKUP = "Text from outside is never markup: use the html tag of lib/html.js.";
const WALL = "lib/ knows neither data/ nor views/, and data/ knows no views/.";
const COMMENT = "A line that begins like a comment is left out of what browsers get (functions/dashboard_api/assets.py).";
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
      "no-restricted-syntax": ["error", { selector: String.raw`TemplateElement[value.raw=/\n\s*\/[\/*]/]`, message: COMMENT }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["lib/**"], rules: { "no-restricted-imports": ["error", wall("**/data/**", "**/views/**")] } },
  { files: ["data/**"], rules: { "no-restricted-imports": ["error", wall("**/views/**")] } },
  { files: ["data/api.js", "data/upload.js"], rules: { "no-restricted-globals": "off" } },
];

function wall(...group) {
  return { patterns: [{ group, message: WALL }] };
}
