/**
 * ESLint rule: a type assertion overrules the compiler, so it stands beside a comment that says why it may.
 * `as const` overrules nothing.
 * @type {import('eslint').Rule.RuleModule}
 */
export const assertionReason = {
  meta: {
    type: 'suggestion',
    messages: { reason: 'Say in a comment, here or in the line above, why this assertion holds.' },
    schema: [],
  },
  create(context) {
    const commented = new Set(
      context.sourceCode.getAllComments().flatMap(({ loc }) => {
        const end = loc?.end.line ?? 0;
        return [end, end + 1];
      }),
    );
    return {
      /** @param {import('eslint').Rule.Node} node */
      'TSAsExpression:not([typeAnnotation.typeName.name="const"])'(node) {
        const lines = [node.loc?.start.line ?? 0, node.loc?.end.line ?? 0];
        const statement = context.sourceCode
          .getAncestors(node)
          .findLast(one => one.type.endsWith('Statement') || one.type.endsWith('Declaration'));
        if (![...lines, statement?.loc?.start.line ?? 0].some(line => commented.has(line))) {
          context.report({ node, messageId: 'reason' });
        }
      },
    };
  },
};
