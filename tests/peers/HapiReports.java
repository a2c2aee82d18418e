import ca.uhn.hl7v2.AcknowledgmentCode;
import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.app.Initiator;
import ca.uhn.hl7v2.model.AbstractGroup;
import ca.uhn.hl7v2.model.AbstractSegment;
import ca.uhn.hl7v2.model.Group;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.model.Structure;
import ca.uhn.hl7v2.model.Type;
import ca.uhn.hl7v2.model.v25.datatype.ED;
import ca.uhn.hl7v2.model.v25.datatype.TX;
import ca.uhn.hl7v2.model.v25.group.ORU_R01_ORDER_OBSERVATION;
import ca.uhn.hl7v2.model.v25.message.MDM_T01;
import ca.uhn.hl7v2.model.v25.message.MDM_T02;
import ca.uhn.hl7v2.model.v25.message.ORU_R01;
import ca.uhn.hl7v2.model.v25.segment.MSH;
import ca.uhn.hl7v2.model.v25.segment.OBR;
import ca.uhn.hl7v2.model.v25.segment.OBX;
import ca.uhn.hl7v2.model.v25.segment.PID;
import ca.uhn.hl7v2.model.v25.segment.TXA;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A RIS by HAPI. "send PORT DEEDS" sends reports that HAPI builds: "oru,NUMBER,ISSUER,STATUS,PATIENT,UID,TIME,TEXT" and
 * "mdm,EVENT,DOCUMENT,PARENT,COMPLETION,PATIENT,ORDER,TEXT" (without TEXT no content; one that begins with "pdf:" is a
 * PDF in Base64); prints MSA-1 of each answer. "receive PORT FOLDER" takes what comes, judges it by HAPI's model of the
 * version, and writes it down with what is wrong in it; "FOLDER/answer" is what it answers instead of AA.
 */
public class HapiReports {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("receive")) {
            receive(Integer.parseInt(arguments[1]), Paths.get(arguments[2]));
            return;
        }
        int code = 0;
        try {
            send(Integer.parseInt(arguments[1]), Arrays.asList(arguments).subList(2, arguments.length));
        } catch (Exception error) {
            error.printStackTrace();
            code = 1;
        }
        System.exit(code); // its threads would keep it alive
    }

    static HapiContext context() {
        HapiContext context = new DefaultHapiContext();
        context.setValidationContext(ValidationContextFactory.defaultValidation());
        return context;
    }

    static void send(int port, List<String> deeds) throws Exception {
        HapiContext context = context();
        Connection connection = context.newClient("127.0.0.1", port, false);
        Initiator initiator = connection.getInitiator();
        initiator.setTimeout(30, TimeUnit.SECONDS);
        for (String deed : deeds) {
            String[] words = deed.split(",", 8);
            Message message = words[0].equals("oru") ? oru(words) : mdm(words);
            System.out.println(new Terser(initiator.sendAndReceive(message)).get("/.MSA-1"));
        }
        connection.close();
        context.close();
    }

    static Message oru(String[] words) throws Exception {
        ORU_R01 message = new ORU_R01();
        message.initQuickstart("ORU", "R01", "P");
        head(message.getMSH());
        person(message.getPATIENT_RESULT().getPATIENT().getPID(), words[4]);
        ORU_R01_ORDER_OBSERVATION order = message.getPATIENT_RESULT().getORDER_OBSERVATION();
        order.getORC().getOrderControl().setValue("RE");
        OBR obr = order.getOBR();
        obr.getFillerOrderNumber().getEntityIdentifier().setValue(words[1]);
        obr.getFillerOrderNumber().getNamespaceID().setValue(words[2]);
        obr.getUniversalServiceIdentifier().getIdentifier().setValue("CTHERS");
        obr.getUniversalServiceIdentifier().getText().setValue("CT hersenen");
        obr.getResultsRptStatusChngDateTime().getTime().setValue(words[6]);
        obr.getDiagnosticServSectID().setValue("RAD");
        obr.getResultStatus().setValue(words[3]);
        OBX study = order.getOBSERVATION(0).getOBX();
        study.getSetIDOBX().setValue("1");
        study.getValueType().setValue("TX");
        study.getObservationIdentifier().getIdentifier().setValue("113014");
        study.getObservationIdentifier().getText().setValue("DICOM Study");
        study.getObservationValue(0).setData(text(message, words[5]));
        study.getObservationResultStatus().setValue("F");
        if (!words[7].isEmpty()) said(message, order.getOBSERVATION(1).getOBX(), words[7], words[3]);
        return message;
    }

    static Message mdm(String[] words) throws Exception {
        boolean content = !words[7].isEmpty();
        MDM_T02 full = new MDM_T02();
        MDM_T01 bare = new MDM_T01();
        if (content) full.initQuickstart("MDM", words[1], "P"); else bare.initQuickstart("MDM", words[1], "P");
        head(content ? full.getMSH() : bare.getMSH());
        person(content ? full.getPID() : bare.getPID(), words[5]);
        TXA txa = content ? full.getTXA() : bare.getTXA();
        txa.getSetIDTXA().setValue("1");
        txa.getDocumentType().setValue("DI");
        txa.getDocumentContentPresentation().setValue("TX");
        txa.getUniqueDocumentNumber().getEntityIdentifier().setValue(words[2]);
        txa.getParentDocumentNumber().getEntityIdentifier().setValue(words[3]);
        txa.getFillerOrderNumber().getEntityIdentifier().setValue(words[6]);
        txa.getUniqueDocumentFileName().setValue("CT hersenen");
        txa.getDocumentCompletionStatus().setValue(words[4]);
        txa.getDocumentAvailabilityStatus().setValue("AV");
        if (!content) return bare;
        said(full, full.getOBXNTE().getOBX(), words[7], "F");
        return full;
    }

    static void said(Message message, OBX obx, String words, String status) throws Exception {
        boolean pdf = words.startsWith("pdf:");
        obx.getSetIDOBX().setValue("2");
        obx.getValueType().setValue(pdf ? "ED" : "TX");
        obx.getObservationIdentifier().getIdentifier().setValue("18748-4");
        obx.getObservationResultStatus().setValue(status);
        if (!pdf) {
            obx.getObservationValue(0).setData(text(message, words));
            return;
        }
        ED data = new ED(message);
        data.getTypeOfData().setValue("application");
        data.getDataSubtype().setValue("pdf");
        data.getEncoding().setValue("Base64");
        data.getData().setValue(words.substring(4));
        obx.getObservationValue(0).setData(data);
    }

    static TX text(Message message, String words) throws Exception {
        TX text = new TX(message);
        text.setValue(words);
        return text;
    }

    static void head(MSH msh) throws Exception {
        msh.getSendingApplication().getNamespaceID().setValue("RIS");
        msh.getCharacterSet(0).setValue("UNICODE UTF-8");
    }

    static void person(PID pid, String number) throws Exception {
        pid.getPatientIdentifierList(0).getIDNumber().setValue(number);
        pid.getPatientIdentifierList(0).getAssigningAuthority().getNamespaceID().setValue("A");
        pid.getPatientIdentifierList(0).getIdentifierTypeCode().setValue("PI");
        pid.getPatientName(0).getFamilyName().getSurname().setValue("Vriës");
    }

    static void receive(int port, Path folder) throws Exception {
        HapiContext context = context();
        HL7Service server = context.newServer(port, false);
        server.registerApplication(new Judge(folder));
        server.setExceptionHandler((incoming, metadata, outgoing, error) -> {
            try {
                write(folder, incoming, List.of("not read: " + error.getMessage()));
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
            return outgoing;
        });
        server.startAndWait();
        new java.util.concurrent.CountDownLatch(1).await(); // until it is stopped
    }

    static synchronized void write(Path folder, String message, List<String> faults) throws IOException {
        int number = 1;
        while (Files.exists(folder.resolve(number + ".hl7"))) number++;
        Files.write(folder.resolve(number + ".faults"), faults, StandardCharsets.UTF_8);
        Path part = folder.resolve(number + ".part");
        Files.write(part, message.getBytes(StandardCharsets.UTF_8));
        Files.move(part, folder.resolve(number + ".hl7"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What is wrong in a message by HAPI's model of its version: what is missing, too many, too long, or unknown. */
    static void judge(Structure structure, String where, List<String> faults) throws HL7Exception {
        if (structure instanceof Segment) {
            judgeSegment((AbstractSegment) structure, where, faults);
            return;
        }
        Group group = (Group) structure;
        List<String> strange = ((AbstractGroup) group).getNonStandardNames() == null
            ? List.of() : new ArrayList<>(((AbstractGroup) group).getNonStandardNames());
        for (String name : group.getNames()) {
            Structure[] all = group.getAll(name);
            if (strange.contains(name)) {
                if (!name.startsWith("Z")) faults.add(where + "." + name + " does not belong there");
                continue;
            }
            boolean choice = group.isChoiceElement(name); // one of several stands there
            if (!choice && group.isRequired(name) && (all.length == 0 || all[0].isEmpty())) faults.add(where + "." + name + " is missing");
            if (!group.isRepeating(name) && all.length > 1) faults.add(where + "." + name + " is there too often");
            for (Structure one : all) if (!one.isEmpty()) judge(one, where + "." + name, faults);
        }
    }

    static void judgeSegment(AbstractSegment segment, String where, List<String> faults) throws HL7Exception {
        int known = segment.getNames().length;
        for (int field = 1; field <= segment.numFields(); field++) {
            Type[] all = segment.getField(field);
            String name = where + "-" + field;
            boolean empty = all.length == 0 || Arrays.stream(all).allMatch(HapiReports::isEmpty);
            if (field > known && !empty) faults.add(name + " is unknown");
            if (field > known) continue;
            if (segment.isRequired(field) && empty) faults.add(name + " is missing");
            int most = segment.getMaxCardinality(field);
            if (most > 0 && all.length > most) faults.add(name + " is there too often");
            boolean value = segment.getName().equals("OBX") && field == 5; // a document may be of any length
            if (segment.getName().equals("MSH") && field <= 2) continue; // the separators themselves
            for (Type one : all) if (!value && one.encode().length() > segment.getLength(field)) faults.add(name + " is too long");
        }
    }

    static boolean isEmpty(Type type) {
        try {
            return type.isEmpty();
        } catch (HL7Exception error) {
            return false;
        }
    }

    static class Judge implements ReceivingApplication<Message> {
        private final Path folder;

        Judge(Path folder) {
            this.folder = folder;
        }

        public Message processMessage(Message message, Map<String, Object> metadata) throws HL7Exception {
            try {
                List<String> faults = new ArrayList<>();
                if (message.getClass().getSimpleName().startsWith("Generic")) faults.add("the structure is unknown");
                else judge(message, message.getName(), faults);
                write(folder, message.encode(), faults);
                Path answer = folder.resolve("answer");
                String code = Files.exists(answer) ? new String(Files.readAllBytes(answer)).trim() : "AA";
                return message.generateACK(AcknowledgmentCode.valueOf(code), null);
            } catch (IOException error) {
                throw new HL7Exception(error);
            }
        }

        public boolean canProcess(Message message) {
            return true;
        }
    }
}
