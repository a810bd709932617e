DROP FUNCTION IF EXISTS recall.{function}()
