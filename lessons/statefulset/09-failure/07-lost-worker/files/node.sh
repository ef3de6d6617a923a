# Cuts a worker off, or brings it back:  sh node.sh stop NODE  /  sh node.sh start NODE
case "$(kubectl get node "$2" -o jsonpath='{.spec.providerID}')" in
  kind://*)
    # a kind node is a container: frozen, it is silent like a machine without power
    if [ "$1" = stop ]; then docker pause "$2"; else docker unpause "$2"; fi ;;
  *)
    # the practice cluster has a switch for the power of each node
    if [ "$1" = stop ]; then power=off; else power=on; fi
    kubectl annotate node "$2" --overwrite "statefulset-dojo/power=$power" ;;
esac
