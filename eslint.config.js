/**
 * How the app's JavaScript is written. TypeScript checks names and types (tsconfig.json); this keeps the style, the
 * usual mistakes out, and the types honest: `any` and comments that silence the checker would hide what it is for.
 */
import js from "@eslint/js";

const SILENCERS = /@ts-(?:ignore|nocheck|expect-error)\b/;
/** A type that takes everything: its name, or JSDoc's `*` and `?` where nothing else says a type. */
const EVERYTHING = /(?<![\w$.'-])(?:any|Function)(?![\w$'-]|\??:)|(?<=^|[<,|(:=]|=>)\s*[*?]\s*(?=$|[>,|)=;])/;

/** The parts of a comment in braces, which is where JSDoc has types. @param {string} text @returns {string[]} */
function bracesOf(text) {
  const found = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{" && depth++ === 0) from = at + 1;
    if (text[at] === "}" && depth > 0 && --depth === 0) found.push(text.slice(from, at));
  }
  return found;
}

/** @type {import("eslint").Rule.RuleModule} */
const honestTypes = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      silenced: "{{what}} hides what the type checker is for.",
      everything: "“{{what}}” is no type: say what it is, or `unknown`.",
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const loc = comment.loc ?? { line: 1, column: 0 };
          const silenced = SILENCERS.exec(comment.value);
          if (silenced) context.report({ loc, messageId: "silenced", data: { what: silenced[0] } });
          if (comment.type !== "Block" || !comment.value.startsWith("*")) continue;
          // The star that a line of a comment begins with is no type; what is quoted is text.
          const types = bracesOf(comment.value.replace(/\n\s*\*/g, "\n").replace(/"[^"\n]*"/g, '""'));
          for (const type of types) {
            const found = EVERYTHING.exec(type);
            if (found) context.report({ loc, messageId: "everything", data: { what: found[0].trim() } });
          }
        }
      },
    };
  },
};

export default [
  js.configs.recommended,
  {
    plugins: { atlas: { rules: { "honest-types": honestTypes } } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      "atlas/honest-types": "error",
      "no-undef": "off", // TypeScript knows what a browser has
      "no-loss-of-precision": "off", // published constants stand as they were printed
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML"].map((property) => ({ property, message: "Make elements: what is told may be anything." })),
      ],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "object-shorthand": "error",
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-throw-literal": "error",
      "no-self-compare": "error",
      quotes: ["error", "double", { avoidEscape: true }],
      semi: "error",
    },
  },
];
