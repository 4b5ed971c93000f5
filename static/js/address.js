// The address of the table on screen. While a lead lies open beside it, the address bar names the lead.

/** What history.state holds for a lead beside the table: {table, depth}; null for any other entry. */
export const besideTable = () => history.state?.sd ?? null;

/** Path and query of the table. */
export const tableUrl = () => besideTable()?.table ?? location.pathname + location.search;

export const tableQuery = () => new URL(tableUrl(), location.origin).searchParams;
