/** The name of a table, which may be broken behind its schema where there is little room. */
export function TableName({ name }: { name: string }) {
  const schema = name.indexOf('.') + 1;
  return (
    <code>
      {name.slice(0, schema)}
      <wbr />
      {name.slice(schema)}
    </code>
  );
}
