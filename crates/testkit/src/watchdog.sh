# Stops the server in a folder and deletes the folder, once standard input comes to its end.
folder=$1

# Whether a process is our server, and not another one that got its number later.
is_ours() {
  { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -o command= -p "$1"; } 2>/dev/null |
    grep -qF -- "$folder/data"
}

wait_while_ours() {
  tries=0
  while is_ours "$1" && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}

read -r _

pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && is_ours "$pid"; then
  # An immediate shutdown: nothing of this is needed any more.
  kill -QUIT "$pid"
  wait_while_ours "$pid"
  is_ours "$pid" && kill -KILL "$pid"
fi

# Processes that have not ended yet may still write files.
tries=0
until rm -rf "$folder" || [ "$tries" -ge 20 ]; do
  sleep 0.2
  tries=$((tries + 1))
done
