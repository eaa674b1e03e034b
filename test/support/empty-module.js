// Stands for imported styles and pictures. Lab's icons insist on an SVG.
module.exports = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
