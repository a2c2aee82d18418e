/** Who may hand out pictures without a name; the node checks again. */
import { useContext } from "react";
import { may, SessionContext } from "@/api/queries";

export function useMayPicture(): boolean {
  const session = useContext(SessionContext);
  return session !== null && may(session.me, "picture");
}
