;
END
