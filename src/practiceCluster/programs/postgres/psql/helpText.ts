/** \?: the commands that this psql has. */
export const metaCommandHelp = `General
  \\copyright             show PostgreSQL usage and distribution terms
  \\g [FILE]              execute query (and send result to file); \\gx: expanded
  \\gset [PREFIX]         execute query and store result in psql variables
  \\q                     quit psql

Query Buffer
  \\p                     show the contents of the query buffer
  \\r                     reset (clear) the query buffer

Input/Output
  \\copy ...              perform SQL COPY with data stream to the client host
  \\echo [-n] [STRING]    write string to standard output
  \\i FILE                execute commands from file
  \\o [FILE]              send all query results to file
  \\warn [-n] [STRING]    write string to standard error

Informational
  \\d[S+] NAME            describe table, view, sequence, or index
  \\dt \\di \\dv \\dm \\ds [PATTERN]   list tables, indexes, views, materialized views, sequences
  \\df \\dn \\du \\dx \\dp \\dT \\db [PATTERN]   list functions, schemas, roles, extensions, privileges, types, tablespaces
  \\l [PATTERN]           list databases

Formatting
  \\a                     toggle between unaligned and aligned output mode
  \\f [STRING]            show or set field separator for unaligned query output
  \\pset NAME [VALUE]     set table output option
  \\t [on|off]            show only rows
  \\x [on|off]            toggle expanded output

Connection
  \\c {[DBNAME|- USER|- HOST|- PORT|-]}  connect to new database
  \\conninfo              display information about current connection

Operating System
  \\cd [DIR]              change the current working directory
  \\timing [on|off]       toggle timing of commands
  \\! [COMMAND]           execute command in shell

Variables
  \\set [NAME [VALUE]]    set internal variable, or list all
  \\unset NAME            unset (delete) internal variable
`;

/** \`help\` at the prompt. */
export const promptHelp = `You are using psql, the command-line interface to PostgreSQL.
Type:  \\copyright for distribution terms
       \\? for help with psql commands
       \\g or terminate with semicolon to execute query
       \\q to quit
`;
