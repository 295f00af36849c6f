# writes: none
# complete: true
# endpoint: m.example.org:25
# endpoint: m.example.org:465
# endpoint: m.example.org:993
# endpoint: m.example.org:21
# endpoint: m.example.org:110
# endpoint: m.example.org:80
import smtplib, imaplib, ftplib, poplib, http.client, epics
with smtplib.SMTP("m.example.org") as s: s.send_message("x")
smtplib.SMTP_SSL("m.example.org")
imaplib.IMAP4_SSL("m.example.org")
ftplib.FTP("m.example.org")
poplib.POP3("m.example.org")
http.client.HTTPConnection("m.example.org")
print(epics.caget("A"))
