/** Which keys the list knows. */
import { useLingui } from "@lingui/react/macro";
import { Kbd, Modal, Table } from "@mantine/core";

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const keys: [string[], string][] = [
    [["j", "↓"], t`volgende`],
    [["k", "↑"], t`vorige`],
    [["Enter"], t`beelden openen`],
    [["d"], t`details`],
    [["i"], t`naar mijn PACS`],
    [["/"], t`zoeken`],
    [["Esc"], t`zoeken wissen, venster sluiten`],
    [["?"], t`deze lijst`],
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Toetsen`}
      size="sm"
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Table withRowBorders={false} verticalSpacing={5}>
        <Table.Tbody>
          {keys.map(([names, deed]) => (
            <Table.Tr key={deed}>
              <Table.Td w={110}>
                {names.map((name) => (
                  <Kbd key={name} mr={6}>
                    {name}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{deed}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
