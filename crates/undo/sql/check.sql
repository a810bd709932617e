-- Whatever was put off is checked now, while everything can still be taken back.
SET CONSTRAINTS ALL IMMEDIATE
