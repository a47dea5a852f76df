case $1 in
--status-all)
 for s in cron dbus networking postfix ssh; do
  case $(systemctl is-active $s) in active) m=+;; *) m=-;; esac
  [ $s = postfix ] && [ ! -e /etc/postfix ] || echo " [ $m ]  $s"
 done; exit;;
--version) echo 'service ver. 1.65.2'; exit;;
''|-h|--help|-*) echo 'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]' >&2; exit 1;;
esac
s=$1
case $2 in
'') echo 'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]' >&2; exit 1;;
start|stop|restart|status|try-restart) ;;
--full-restart) set -- $s restart;;
reload|force-reload) [ "$2" = force-reload ] && set -- $s reload-or-restart;;
*) if [ $s = postfix ] && [ -e /etc/init.d/postfix ]; then exec /etc/init.d/postfix "$2"; fi
 systemctl status $s >/dev/null 2>&1; if [ $? = 4 ]; then echo "$s: unrecognized service" >&2; else echo "Usage: /etc/init.d/$s {start|stop|restart|reload|force-reload|status}" >&2; fi; exit 1;;
esac
exec systemctl $2 $s
