import java.math.BigDecimal;
import java.net.URL;
import java.util.Calendar;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import javax.xml.rpc.holders.FloatHolder;
import javax.xml.rpc.holders.IntHolder;
import javax.xml.rpc.holders.StringHolder;
import soapbuilders.List;
import soapbuilders.Pair;
import soapbuilders.SOAPArrayStruct;
import soapbuilders.SOAPStruct;
import soapbuilders.SOAPStructStruct;
import soapbuilders.SoapBuildersLocator;
import soapbuilders.SoapBuildersPortType;

/**
 * Axis 1.4, with a stub made by WSDL2Java, calls every operation of soapbuilders.wsdl and prints a
 * JSON object of what came back.
 */
public class Axis1 {
    interface Call { Object call() throws Exception; }

    static final byte[] BYTES = {0, 1, (byte) 255, 'z', 's', 'i'};
    static StringBuilder said = new StringBuilder("{");

    static void say(String operation, Call call) {
        Object answer;
        try {
            answer = call.call();
        } catch (Exception error) {
            answer = Map.of("error", String.valueOf(error));
        }
        said.append(said.length() > 1 ? ", " : "").append(json(operation)).append(": ").append(json(answer));
    }

    static String json(Object value) {
        if (value instanceof String || value instanceof BigDecimal) {
            StringBuilder text = new StringBuilder("\"");
            for (char c : value.toString().toCharArray())
                text.append(c == '"' || c == '\\' || c > 126 || c < 32 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            return text.append('"').toString();
        }
        if (value instanceof byte[]) {
            StringBuilder text = new StringBuilder();
            for (byte b : (byte[]) value) text.append(String.format("%02x", b));
            return json(text.toString());
        }
        if (value instanceof Calendar) return json(((Calendar) value).toInstant().toString());
        if (value instanceof SOAPStruct) {
            SOAPStruct s = (SOAPStruct) value;
            return json(fields(s.getVarString(), s.getVarInt(), s.getVarFloat(), null, null));
        }
        if (value instanceof SOAPStructStruct) {
            SOAPStructStruct s = (SOAPStructStruct) value;
            return json(fields(s.getVarString(), s.getVarInt(), s.getVarFloat(), "varStruct", s.getVarStruct()));
        }
        if (value instanceof SOAPArrayStruct) {
            SOAPArrayStruct s = (SOAPArrayStruct) value;
            return json(fields(s.getVarString(), s.getVarInt(), s.getVarFloat(), "varArray", s.getVarArray()));
        }
        if (value instanceof List) {
            List l = (List) value;
            Map<String, Object> map = new TreeMap<>();
            map.put("varInt", l.getVarInt());
            map.put("varString", l.getVarString());
            map.put("child", l.getChild());
            return json(map);
        }
        if (value instanceof Map) {
            StringBuilder text = new StringBuilder("{");
            for (Map.Entry<?, ?> e : ((Map<?, ?>) value).entrySet())
                text.append(text.length() > 1 ? ", " : "").append(json(String.valueOf(e.getKey()))).append(": ").append(json(e.getValue()));
            return text.append("}").toString();
        }
        if (value != null && value.getClass().isArray()) {
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < java.lang.reflect.Array.getLength(value); i++)
                text.append(i > 0 ? ", " : "").append(json(java.lang.reflect.Array.get(value, i)));
            return text.append("]").toString();
        }
        return String.valueOf(value);
    }

    static Map<String, Object> fields(String s, int i, float f, String name, Object more) {
        Map<String, Object> map = new TreeMap<>();
        map.put("varString", s);
        map.put("varInt", i);
        map.put("varFloat", f);
        if (name != null) map.put(name, more);
        return map;
    }

    static List node(int number, String text, List child) {
        List node = new List();
        node.setVarInt(number);
        node.setVarString(text);
        node.setChild(child);
        return node;
    }

    static SOAPStruct struct(String text, int number, float real) {
        SOAPStruct made = new SOAPStruct();
        made.setVarString(text);
        made.setVarInt(number);
        made.setVarFloat(real);
        return made;
    }

    public static void main(String[] args) throws Exception {
        SoapBuildersPortType port = new SoapBuildersLocator().getSoapBuildersPort(new URL(args[0]));
        SOAPStruct one = struct("one", 1, 1.5f), two = struct("two", 2, -2.25f);
        Calendar date = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
        date.setTimeInMillis(1795429230000L);
        SOAPStructStruct nested = new SOAPStructStruct();
        nested.setVarString("outer");
        nested.setVarInt(3);
        nested.setVarFloat(0.5f);
        nested.setVarStruct(one);
        SOAPArrayStruct holder = new SOAPArrayStruct();
        holder.setVarString("outer");
        holder.setVarInt(3);
        holder.setVarFloat(0.5f);
        holder.setVarArray(new String[] {"a", "b"});
        List list = node(1, "a", node(2, "b", node(3, "c", null)));
        List circle = node(1, "a", node(2, "b", null));
        circle.getChild().setChild(circle);
        Pair pair = new Pair();
        pair.setFirst(one);
        pair.setSecond(one);
        HashMap<String, Object> map = new HashMap<>();
        map.put("one", 1);
        map.put("two", "zwei");

        say("echoVoid", () -> { port.echoVoid(); return null; });
        say("echoString", () -> port.echoString("plop & <tags> \u00e9\u20ac"));
        say("echoInteger", () -> port.echoInteger(42));
        say("echoFloat", () -> port.echoFloat(1.5f));
        say("echoDecimal", () -> port.echoDecimal(new BigDecimal("123.456789")));
        say("echoBoolean", () -> port.echoBoolean(true));
        say("echoDate", () -> port.echoDate(date));
        say("echoBase64", () -> port.echoBase64(BYTES));
        say("echoHexBinary", () -> port.echoHexBinary(BYTES));
        say("echoStringArray", () -> port.echoStringArray(new String[] {"a", "b", "c"}));
        say("echoIntegerArray", () -> port.echoIntegerArray(new int[] {1, -2, 3}));
        say("echoFloatArray", () -> port.echoFloatArray(new float[] {1.5f, -2.25f}));
        say("echoStruct", () -> port.echoStruct(one));
        say("echoStructArray", () -> port.echoStructArray(new SOAPStruct[] {one, two}));
        say("echoNestedStruct", () -> port.echoNestedStruct(nested));
        say("echoNestedArray", () -> port.echoNestedArray(holder));
        say("echo2DStringArray", () -> port.echo2DStringArray(
            new String[][] {{"r0c0", "r0c1"}, {"r1c0", "r1c1"}}));
        say("echoStructAsSimpleTypes", () -> {
            StringHolder text = new StringHolder();
            IntHolder number = new IntHolder();
            FloatHolder real = new FloatHolder();
            port.echoStructAsSimpleTypes(one, text, number, real);
            return new Object[] {text.value, number.value, real.value};
        });
        say("echoSimpleTypesAsStruct", () -> port.echoSimpleTypesAsStruct("one", 1, 1.5f));
        say("echoLinkedList", () -> port.echoLinkedList(list));
        say("echoCircle", () -> {
            List back = port.echoCircle(circle);
            Map<String, Object> found = new TreeMap<>();
            found.put("varInt", back.getVarInt());
            found.put("next", back.getChild().getVarInt());
            found.put("closed", back.getChild().getChild() == back);
            return found;
        });
        say("echoMultiref", () -> {
            Pair back = port.echoMultiref(pair);
            Map<String, Object> both = new TreeMap<>(), found = new TreeMap<>();
            both.put("first", back.getFirst());
            both.put("second", back.getSecond());
            found.put("value", both);
            found.put("same", back.getFirst() == back.getSecond());
            return found;
        });
        say("echoMap", () -> new TreeMap<Object, Object>(port.echoMap(map)));
        say("echoAnyType", () -> port.echoAnyType("any"));
        System.out.println(said.append("}"));
    }
}
