  .section .recording, "a"
  .balign 64
  .global blob, blob_end, text, text_end
blob: .incbin "recording.mle"
blob_end:
  .balign 4
text: .incbin "recording.txt"
text_end:
