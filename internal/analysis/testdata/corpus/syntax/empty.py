# writes: none
# reads: none
# complete: true
