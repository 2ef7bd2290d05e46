"""How many people it takes: Erlang C and A for a quick answer, a replay of the real contacts for a fair one."""
