import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "build", "node_modules", "assembly", "src/kernels/embedded.ts", "src/report/page/explorer/embedded.ts", "bench/.venv"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts", "bench/**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true }],
      "max-params": ["error", { max: 6 }],
      // Template literals print numbers throughout.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/require-await": "off",
      // Spreading a text into code points is what is meant.
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    // Tests may be long, and point where they know something is.
    files: ["test/**/*.ts"],
    rules: { "max-lines": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // apache-arrow types the contents of its vectors as any.
    files: ["src/panel/arrow/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
  {
    // Results must not depend on functions whose last bit is the platform's choice.
    files: ["src/**/*.ts"],
    ignores: ["src/cli/**", "src/node/**", "src/cluster/**", "src/report/page/explorer/client/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "MemberExpression[object.name='Math'][property.name=/^(exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|random)$/]", message: "Its last bit depends on the platform: use the kernels' own." },
        { selector: "BinaryExpression[operator='**']", message: "Its last bit depends on the platform: multiply." },
        { selector: "CallExpression[callee.property.name='localeCompare']", message: "It depends on the platform's locale: compare code units." },
        { selector: "Identifier[name='Intl']", message: "It depends on the platform's locale." },
      ],
      "no-restricted-imports": ["error", { patterns: [{ group: ["node:*", "piscina", "yargs*"], message: "The engine runs in browsers too: this belongs in src/node or src/cli." }] }],
    },
  },
);
