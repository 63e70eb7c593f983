import type { Expression } from './syntax.ts';

/** An expression in a form that shows how it was understood. */
export function writtenForm(node: Expression): string {
  const form = writtenForm;
  switch (node.kind) {
    case 'constant':
      if (typeof node.value === 'string') return JSON.stringify(node.value);
      if (node.value === null) return 'None';
      return typeof node.value === 'boolean' ? (node.value ? 'True' : 'False') : String(node.value);
    case 'ellipsis':
      return '...';
    case 'name':
      return node.name;
    case 'attribute':
      return `${form(node.of)}.${node.name}`;
    case 'index':
      return `${form(node.of)}[${form(node.index)}]`;
    case 'slice':
      return `${form(node.of)}[${node.from ? form(node.from) : ''}:${node.to ? form(node.to) : ''}]`;
    case 'call': {
      const args = node.args.map(
        ({ value, name, stars }) => `${'*'.repeat(stars)}${name === undefined ? '' : `${name}=`}${form(value)}`,
      );
      return `${form(node.callee)}(${args.join(', ')})`;
    }
    case 'unary':
      return `(${node.operator} ${form(node.operand)})`;
    case 'binary':
    case 'logical':
      return `(${form(node.left)} ${node.operator} ${form(node.right)})`;
    case 'comparison': {
      const rest = node.operators.map(
        (operator, index) => `${operator} ${form(node.operands[index + 1] as Expression)}`,
      );
      return `(${[form(node.operands[0] as Expression), ...rest].join(' ')})`;
    }
    case 'conditional':
      return `(${form(node.chosen)} if ${form(node.condition)} else ${form(node.otherwise)})`;
    case 'list':
    case 'tuple':
    case 'set':
      return `${node.kind}[${node.items.map(({ value, isSpread }) => (isSpread ? '*' : '') + form(value)).join(', ')}]`;
    case 'dict':
      return `{${node.entries.map(({ key, value }) => `${key ? `${form(key)}: ` : '**'}${form(value)}`).join(', ')}}`;
    case 'comprehension': {
      const loops = node.clauses.map(({ iterable, conditions }) => [iterable, ...conditions].map(form).join(' if '));
      return `${node.form}[${node.key ? `${form(node.key)}: ` : ''}${form(node.element)} over ${loops.join(' over ')}]`;
    }
    case 'text':
      return `f[${node.parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : form(part))).join(' ')}]`;
    case 'lambda':
      return `(lambda ${node.parameters.map(({ name, stars }) => '*'.repeat(stars) + name).join(',')}: ${form(node.body)})`;
  }
}
