from bihuan.cli import main

raise SystemExit(main())
