export const SMALLEST = `name: tiny
description: The least a recipe can say.
architecture:
  family: residual
  stem: { width: 8 }
  body: [{ width: 16, stride: 2 }]
input:
  size: 32
fit:
  epochs: 2
`;
