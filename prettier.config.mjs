export default { singleQuote: true, trailingComma: 'none', arrowParens: 'avoid', printWidth: 110 };
